import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');

/** What stands between the markers of a file, without the indentation that all of it shares. */
function readRegion(source: string): string {
  const lines = source.split('\n');
  const [start, end] = [/#region readme/, /#endregion/].map((mark) =>
    lines.findIndex((line) => mark.test(line)),
  );
  const region = lines.slice((start ?? 0) + 1, end);
  const indent = Math.min(...region.filter(Boolean).map((line) => line.length - line.trimStart().length));
  return region.map((line) => line.slice(indent)).join('\n');
}

const SNIPPET = /(?:<!-- (\S+) -->\n)?```(\w+)\n([\s\S]*?)\n```/g;
const snippetsIn = (path: string) =>
  [...read(path).matchAll(SNIPPET)].map(([, file, language, code]) => ({
    file,
    language: language ?? '',
    code: code ?? '',
  }));
const snippets = snippetsIn('README.md');
const programs = snippets.filter(({ language }) => !['sh', 'json', 'text'].includes(language));

describe('the snippets in the README', () => {
  it('are there, one for each face and two for the endpoint', () => {
    expect(programs.map(({ file }) => file)).toEqual([
      'examples/react.tsx',
      'examples/plain.html',
      'examples/uppy.ts',
      'examples/server.ts',
      'examples/fetchHandler.ts',
    ]);
  });

  it.each(programs)('are the code that is tested: $file', ({ file, code }) => {
    expect(code).toBe(readRegion(read(file ?? '')));
  });

  it('call only scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const called = [...read('README.md').matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(called.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
  });
});

describe('the snippets in the docs', () => {
  const pages = readdirSync(fileURLToPath(new URL('../docs', import.meta.url))).filter((name) =>
    name.endsWith('.md'),
  );
  const named = pages.flatMap((page) =>
    snippetsIn(`docs/${page}`).flatMap(({ file, code }) =>
      file === undefined ? [] : [{ page, file, code }],
    ),
  );

  it.each(named)('are the code that is tested: $page, $file', ({ file, code }) => {
    expect(code).toBe(readRegion(read(file)));
  });
});
