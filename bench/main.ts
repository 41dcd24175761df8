import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Bench } from './Bench.ts';
import type { BenchRow } from './BenchRow.ts';
import { describeCheck } from './checkLine.ts';
import { type BenchOptions, HELP, readOptions } from './options.ts';
import { formatTable } from './report.ts';

const argv = process.argv.slice(2);

/** The same command again, in a network namespace. */
function runInNamespace(): number {
  const script = fileURLToPath(new URL('netns.sh', import.meta.url));
  const again = [process.execPath, '--import', 'tsx', fileURLToPath(import.meta.url)];
  const rest = argv.filter((argument) => argument !== '--netns');
  return spawnSync('sh', [script, ...again, ...rest], { stdio: 'inherit' }).status ?? 1;
}

async function run(options: BenchOptions): Promise<void> {
  const [cpu] = cpus();
  console.log(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} x ${cpu?.model}`,
  );
  const bench = await Bench.start(options);
  const rows: BenchRow[] = [];
  try {
    console.log(`Chromium ${bench.browserVersion}, store: ${options.store}`);
    for (const line of options.lines) {
      const check = await bench.check(line);
      console.log(`\n# ${line}${check ? `: ${describeCheck(check)}` : ''}`);
      for (const work of options.works) {
        const compared = await bench.compare(line, work);
        rows.push(...compared);
        const { lineSeconds, reps } = compared[0] as BenchRow;
        const ideal = lineSeconds === null ? '' : `, the line's own time ${lineSeconds.toFixed(2)} s`;
        console.log(`\n${work} on ${line}: medians of ${reps}${ideal}\n${formatTable(compared)}`);
      }
    }
  } finally {
    await bench.stop();
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  }
}

try {
  const options = readOptions(argv);
  if (!options) console.log(HELP);
  else if (options.netns) process.exitCode = runInNamespace();
  else await run(options);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
// What builds the pages leaves handles open.
process.exit();
