import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCephKeeper } from './ceph/startCephKeeper.ts';

const BUILT_PAGES = 'BUCKETDROP_BUILT_PAGES';
const ROOT = fileURLToPath(new URL('..', import.meta.url));

function build(...args: readonly string[]): void {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn', ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the pages could not be built');
}

/** Where the pages of this run were built to. */
export function builtPages(): string {
  const folder = process.env[BUILT_PAGES];
  if (!folder) throw new Error(`${BUILT_PAGES} is not set: the test runner's global setup did not run`);
  return folder;
}

/** Builds the pages for this run alone, and keeps a Ceph ready for whoever asks; gives what ends it. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'bucketdrop-pages-'));
  process.env[BUILT_PAGES] = folder;
  build('--outDir', folder);
  build('--mode', 'script', '--outDir', join(folder, 'dist'));
  // has nothing to build
  cpSync(join(ROOT, 'examples/plain.html'), join(folder, 'examples/plain.html'));
  const stopCeph = await startCephKeeper();
  return async () => {
    await stopCeph();
    rmSync(folder, { recursive: true, force: true });
  };
}
