import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureScriptTag } from '../src/dev/ensureScriptTag.ts';
import { startCephKeeper } from './ceph/startCephKeeper.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds what the pages are made of, and keeps a Ceph ready for whoever asks; gives what ends it. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  ensureScriptTag(root, console.log);
  const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url));
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the demo could not be built');
  return startCephKeeper();
}
