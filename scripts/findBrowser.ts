import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const DOWNLOAD_TIMEOUT_MS = 120_000;
const INSTALL_TIMEOUT_MS = 600_000;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function playwrightsOwn(): string | undefined {
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : undefined;
}

function run(command: string, args: readonly string[], timeout: number): void {
  console.error(`[browser] ${command} ${args.join(' ')}`);
  spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], timeout });
}

/**
 * The path of a Chromium for the browser tests: the one that `BUCKETDROP_CHROMIUM` names, Playwright's own, or the
 * system's. Only where there is none, one is downloaded, or installed from Debian's packages (as root).
 * @throws Error that says what to do, if none can be had.
 */
export function findBrowser(): string {
  const chosen = process.env.BUCKETDROP_CHROMIUM;
  if (chosen) {
    if (!isExecutable(chosen)) throw new Error(`BUCKETDROP_CHROMIUM is ${chosen}, which cannot be run`);
    return chosen;
  }
  const installed = playwrightsOwn() ?? onPath(SYSTEM_NAMES);
  if (installed) return installed;

  run('npx', ['playwright', 'install', 'chromium'], DOWNLOAD_TIMEOUT_MS);
  const downloaded = playwrightsOwn();
  if (downloaded) return downloaded;

  if (process.getuid?.() === 0 && onPath(['apt-get'])) {
    run('apt-get', ['update', '-qq'], INSTALL_TIMEOUT_MS);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], INSTALL_TIMEOUT_MS);
  }
  const fromDebian = onPath(SYSTEM_NAMES);
  if (fromDebian) return fromDebian;
  throw new Error(
    'The browser tests need Chromium. Install it (`npx playwright install chromium`, or the package ' +
      '`chromium` of your system), or name one in BUCKETDROP_CHROMIUM.',
  );
}
