import { readdirSync, readFileSync } from 'node:fs';

/** Kills the browser that this process has started on this profile, as a crash would. */
export function killBrowser(profile: string): void {
  const [pid, ...others] = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isBrowser(pid, profile));
  if (pid === undefined || others.length > 0) throw new Error(`which one browser is at work on ${profile}?`);
  process.kill(pid, 'SIGKILL');
}

function isBrowser(pid: number, profile: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const [, parent] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop() ?? '').split(' ');
    return Number(parent) === process.pid && args.includes(`--user-data-dir=${profile}`);
  } catch {
    // gone meanwhile
    return false;
  }
}
