import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';

/** Lets the process that runs a page stand still for a while, as a machine that sleeps does. */
export async function stopPage(page: Page, forMs: number): Promise<void> {
  const renderers = findRenderers(process.pid);
  if (renderers.length === 0) throw new Error('this browser has no process for its pages');
  const before = await page.evaluate(() => performance.now());
  for (const pid of renderers) process.kill(pid, 'SIGSTOP');
  try {
    await new Promise((resolve) => setTimeout(resolve, forMs));
  } finally {
    for (const pid of renderers) process.kill(pid, 'SIGCONT');
  }
  const stoodStillMs = (await page.evaluate(() => performance.now())) - before;
  if (stoodStillMs < forMs) throw new Error('the page went on all the while');
}

/** Processes for pages among the descendants of a process. */
function findRenderers(ancestor: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = read(`/proc/${name}/stat`);
    parents.set(Number(name), Number((stat.split(') ').pop() ?? '').split(' ')[1]));
  }
  const descends = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at))
      if (at === ancestor) return true;
    return false;
  };
  return [...parents.keys()].filter(
    (pid) => descends(pid) && read(`/proc/${pid}/cmdline`).includes('--type=renderer'),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // gone meanwhile
    return '';
  }
}
