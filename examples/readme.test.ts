import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readRegion, readSnippets, readText } from './readSnippets.ts';

const programs = readSnippets('README.md');

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
    expect(code).toBe(readRegion(readText(file ?? '')));
  });

  it('call only scripts that there are', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const called = [...readText('README.md').matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(called.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
  });
});

describe('the snippets in the docs', () => {
  const pages = readdirSync(fileURLToPath(new URL('../docs', import.meta.url))).filter((name) =>
    name.endsWith('.md'),
  );
  const named = pages.flatMap((page) =>
    readSnippets(`docs/${page}`).flatMap(({ file, code }) =>
      file === undefined ? [] : [{ page, file, code }],
    ),
  );

  it.each(named)('are the code that is tested: $page, $file', ({ file, code }) => {
    expect(code).toBe(readRegion(readText(file)));
  });
});
