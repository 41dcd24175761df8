import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkImportGraph, ROOMS } from '../scripts/checkImportGraph.ts';
import { readImportGraph, readImports } from '../scripts/readImportGraph.ts';

const sources = fileURLToPath(new URL('.', import.meta.url));
const graph = (files: Record<string, string[]>) => new Map(Object.entries(files));

describe('the imports of this project', () => {
  it('go one way, without a cycle', () => {
    expect(checkImportGraph(readImportGraph(sources))).toEqual([]);
  });

  it('are all looked at', () => {
    const read = readImportGraph(sources);
    expect(read.size).toBeGreaterThan(20);
    expect(read.get('protocol/messages.ts')).toEqual(['valibot', 'protocol/limits.ts']);
    const rooms = readdirSync(sources, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.map((room) => room.name).filter((room) => !Object.hasOwn(ROOMS, room))).toEqual([]);
  });
});

describe('the check of imports', () => {
  it('lets the right way pass', () => {
    const right = graph({
      'protocol/limits.ts': [],
      'transfer/Upload.ts': ['protocol/limits.ts'],
      'widget/mount.ts': ['transfer/Upload.ts', '@uppy/core', 'widget/style.css'],
      'endpoint/sign.ts': ['protocol/limits.ts', 'node:crypto', 'jose'],
      'bucket/start.ts': ['node:http'],
      'dev/start.ts': ['endpoint/sign.ts', 'bucket/start.ts'],
    });
    expect(checkImportGraph(right)).toEqual([]);
  });

  it.each([
    ['against the order', { 'transfer/a.ts': ['uppy/b.ts'], 'uppy/b.ts': [] }, /transfer must not know uppy/],
    [
      'from side to side',
      { 'react/a.ts': ['element/b.ts'], 'element/b.ts': [] },
      /react must not know element/,
    ],
    [
      'into the endpoint',
      { 'demo/a.ts': ['endpoint/b.ts'], 'endpoint/b.ts': [] },
      /demo must not know endpoint/,
    ],
    ['out of the bucket', { 'bucket/a.ts': ['protocol/b.ts'], 'protocol/b.ts': [] }, /bucket must not know/],
    [
      'of a style of another room',
      { 'transfer/a.ts': ['widget/style.css'] },
      /transfer must not know widget/,
    ],
    ['of a module of Node', { 'widget/a.ts': ['node:fs'] }, /runs in a browser and imports node:fs/],
    ['of a bare module of Node', { 'widget/a.ts': ['path'] }, /runs in a browser and imports path/],
    ['of the SDK', { 'transfer/a.ts': ['@aws-sdk/client-s3'] }, /runs in a browser/],
    ['of what is not a source', { 'dev/a.ts': ['../e2e/x.ts'] }, /outside of the sources/],
    ['in a room that nobody knows', { 'elsewhere/a.ts': [] }, /in no known room/],
  ])('catches an import %s', (_, files, problem) => {
    expect(checkImportGraph(graph(files as unknown as Record<string, string[]>)).join('\n')).toMatch(problem);
  });

  it('catches a cycle between files', () => {
    const round = graph({
      'uppy/a.ts': ['uppy/b.ts'],
      'uppy/b.ts': ['uppy/c.ts'],
      'uppy/c.ts': ['uppy/a.ts'],
    });
    expect(checkImportGraph(round)).toEqual(['cycle: uppy/a.ts -> uppy/b.ts -> uppy/c.ts -> uppy/a.ts']);
    expect(checkImportGraph(graph({ 'uppy/a.ts': ['uppy/a.ts'] }))).toEqual([
      'cycle: uppy/a.ts -> uppy/a.ts',
    ]);
  });

  it('catches a cycle between rooms that no two files share', () => {
    const rules = { one: ['two'], two: ['one'] };
    const round = graph({
      'one/a.ts': ['two/b.ts'],
      'two/b.ts': [],
      'two/c.ts': ['one/d.ts'],
      'one/d.ts': [],
    });
    expect(checkImportGraph(round, rules)).toEqual(['cycle: one -> two -> one']);
  });

  it('reads every way to import', () => {
    const source = `
      import type { A } from './a.ts';
      export * from '../transfer/b.ts';
      export { c } from './c.ts';
      import './style.css?inline';
      type D = typeof import('./d.ts');
      const e = () => import('./e.ts');
      new Worker(new URL('./f.ts', import.meta.url), { type: 'module' });
      import { g } from '@uppy/core';`;
    expect(readImports('widget/x.ts', source).sort()).toEqual(
      [
        '@uppy/core',
        'transfer/b.ts',
        'widget/a.ts',
        'widget/c.ts',
        'widget/d.ts',
        'widget/e.ts',
        'widget/f.ts',
        'widget/style.css',
      ].sort(),
    );
    expect(() => readImports('widget/x.ts', 'import {')).toThrow('widget/x.ts');
  });
});
