import { readFile } from 'node:fs/promises';
import type { BenchRow } from './BenchRow.ts';

/** As in the README: one row for each client, one column for each work on each line. */
function formatMarkdown(rows: readonly BenchRow[]): string {
  const cases = [...new Set(rows.map(({ line, work }) => `${work} on ${line}`))];
  const clients = [...new Set(rows.map(({ client }) => client))];
  const cell = (client: string, name: string) => {
    const inCase = rows.filter(({ line, work }) => `${work} on ${line}` === name);
    const row = inCase.find((one) => one.client === client);
    const ours = inCase.find((one) => one.client === 'ours');
    if (!row) return '';
    const ratio = ours && client !== 'ours' ? ` (${(row.seconds / ours.seconds).toFixed(2)} ×)` : '';
    return `${row.seconds.toFixed(1)}${ratio}`;
  };
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['seconds (× ours)', ...cases]),
    line(['---', ...cases.map(() => '--:')]),
    ...clients.map((client) => line([`\`${client}\``, ...cases.map((name) => cell(client, name))])),
  ].join('\n');
}

// `npx tsx bench/table.ts rows.json more.json`
const files = process.argv.slice(2);
const all = await Promise.all(
  files.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as BenchRow[]),
);
console.log(formatMarkdown(all.flat()));
