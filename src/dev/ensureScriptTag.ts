import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DevError } from './DevError.ts';

const BUILT = ['dist/bucketdrop.min.js', 'dist/style.css'];
/** What the file is made of. */
const SOURCES = ['protocol', 'transfer', 'uppy', 'widget', 'element'].map((room) => `src/${room}`);
const SETTINGS = ['vite.config.ts', 'package-lock.json'];

const changedAt = (file: string) => statSync(file).mtimeMs;

function newestSource(root: string): number {
  const files = SOURCES.map((folder) => join(root, folder)).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  return Math.max(...[...files, ...SETTINGS.map((file) => join(root, file))].map(changedAt));
}

/** Whether the script-tag file is missing, or older than what it is made of. */
export function isScriptTagStale(root: string): boolean {
  const built = BUILT.map((file) => join(root, file));
  return !built.every(existsSync) || Math.min(...built.map(changedAt)) < newestSource(root);
}

/**
 * Builds `dist/bucketdrop.min.js` for the static page if that is due. In a process of its own, because Vite's
 * build makes the whole process one of production.
 * @throws DevError if the build fails.
 */
export function ensureScriptTag(root: string, say: (line: string) => void): void {
  if (!isScriptTagStale(root)) return;
  say('Building the script-tag file for the static page ...');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const { status } = spawnSync(process.execPath, [vite, 'build', '--mode', 'script', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new DevError('The script-tag file could not be built; see above.');
}
