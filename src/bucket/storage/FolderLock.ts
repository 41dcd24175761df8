import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps a second bucket away from a folder, which would delete what it does not know of. */
export class FolderLock {
  readonly #file: string;

  /** @throws Error while the process that took the lock lives. A lock that a crash has left is taken over. */
  constructor(folder: string) {
    this.#file = join(folder, 'lock');
    const owner = readOwner(this.#file);
    if (owner !== undefined && isAlive(owner)) {
      throw new Error(
        `The folder ${folder} is in use by process ${owner}. Stop that bucket, or delete ${this.#file} if there is none.`,
      );
    }
    writeFileSync(this.#file, String(process.pid));
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }
}

function readOwner(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
