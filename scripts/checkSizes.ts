import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { readImports } from './readImportGraph.ts';

interface Budget {
  what: string;
  /** Gzipped bytes, and the most that they may be. */
  bytes(): Promise<number> | number;
  maxKb: number;
}

const gzipped = (bytes: string | Uint8Array) => gzipSync(bytes, { level: 9 }).byteLength;

/** A built file and all the files that it loads before it runs; what is loaded on demand is left out. */
function loadedFromTheStart(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  // a dynamic import(), unlike the others, comes later
  const statically = source.replace(/\bimport\((['"`])[^'"`]+\1\)/g, 'later');
  for (const target of readImports(file, statically))
    if (target.startsWith(`${posix.dirname(file)}/`) || target.startsWith('dist/'))
      loadedFromTheStart(target, seen);
  return seen;
}

const filesOf = (file: string) => () =>
  [...loadedFromTheStart(file)].reduce((sum, loaded) => sum + gzipped(readFileSync(loaded)), 0);

/** What the entry costs an application that has React and TanStack Query already, with all that it needs, after minifying. */
const bundled = (file: string) => async () => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: file,
        external: [/^react(-dom)?(\/|$)/, '@tanstack/react-query'],
        preserveEntrySignatures: 'strict',
      },
    },
  });
  const { output } = built as Rolldown.RolldownOutput;
  const chunks = output.flatMap((item) => (item.type === 'chunk' ? [item] : []));
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const needed = new Set<string>();
  const add = (name: string) => {
    const chunk = byName.get(name);
    if (!chunk || needed.has(name)) return;
    needed.add(name);
    chunk.imports.forEach(add);
  };
  for (const chunk of chunks) if (chunk.isEntry) add(chunk.fileName);
  return [...needed].reduce((sum, name) => sum + gzipped(byName.get(name)?.code ?? ''), 0);
};

const BUDGETS: readonly Budget[] = [
  { what: 'bucketdrop (React), bundled without react', bytes: bundled('dist/index.js'), maxKb: 92 },
  { what: 'bucketdrop/element, bundled', bytes: bundled('dist/element.js'), maxKb: 90 },
  { what: 'bucketdrop/uppy, bundled', bytes: bundled('dist/uppy.js'), maxKb: 31 },
  { what: 'bucketdrop/endpoint, our own code', bytes: filesOf('dist/endpoint.js'), maxKb: 55 },
  {
    what: 'bucketdrop.min.js, with all it loads at first',
    bytes: filesOf('dist/bucketdrop.min.js'),
    maxKb: 83,
  },
  { what: 'style.css', bytes: () => gzipped(readFileSync('dist/style.css')), maxKb: 13.5 },
];

/** Prints each entry's size next to its budget; the exit code says whether all are kept. */
async function checkSizes(): Promise<void> {
  console.log('gzip, kB (1000 bytes)');
  for (const { what, bytes, maxKb } of BUDGETS) {
    const kb = (await bytes()) / 1000;
    const over = kb > maxKb;
    console.log(
      `${over ? 'OVER' : '  ok'}  ${kb.toFixed(1).padStart(6)} of ${String(maxKb).padStart(3)}  ${what}`,
    );
    if (over) process.exitCode = 1;
  }
}

await checkSizes();
