import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file of this project. */
export const readText = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');

/** What stands between the markers of a file, without the indentation that all of it shares. */
export function readRegion(source: string): string {
  const lines = source.split('\n');
  const [start, end] = [/#region readme/, /#endregion/].map((mark) =>
    lines.findIndex((line) => mark.test(line)),
  );
  const region = lines.slice((start ?? 0) + 1, end);
  const indent = Math.min(...region.filter(Boolean).map((line) => line.length - line.trimStart().length));
  return region.map((line) => line.slice(indent)).join('\n');
}

const SNIPPET = /(?:<!-- (\S+) -->\n)?```(\w+)\n([\s\S]*?)\n```/g;

/** The programs in a page, each with the file that it is a piece of. */
export function readSnippets(page: string): { file: string | undefined; code: string }[] {
  return [...readText(page).matchAll(SNIPPET)]
    .map(([, file, language = '', code = '']) => ({ file, language, code }))
    .filter(({ language }) => !['sh', 'json', 'text'].includes(language));
}
