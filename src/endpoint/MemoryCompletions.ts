import type { Completions } from './Completions.ts';

const MAX_NOTES = 10_000;
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Keeps what was completed in this process: so many and so much, the oldest go first. */
export class MemoryCompletions implements Completions {
  readonly #now: () => number;
  readonly #results = new Map<string, { result: string; until: number }>();
  readonly #claims = new Map<string, number>();
  #characters = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async get(id: string): Promise<string | undefined> {
    const note = this.#results.get(id);
    return note !== undefined && note.until > this.#now() ? note.result : undefined;
  }

  async put(id: string, result: string, keepSeconds: number): Promise<void> {
    this.#forget(id);
    this.#results.set(id, { result, until: this.#now() + keepSeconds * 1000 });
    this.#characters += result.length;
    // In the order of being put, which is that of running out.
    for (const [oldest, { until }] of this.#results) {
      const isTooMuch = this.#results.size > MAX_NOTES || this.#characters > MAX_CHARACTERS;
      if (!isTooMuch && until > this.#now()) break;
      this.#forget(oldest);
    }
  }

  async claim(id: string, leaseSeconds: number): Promise<boolean> {
    if ((this.#claims.get(id) ?? 0) > this.#now()) return false;
    this.#claims.set(id, this.#now() + leaseSeconds * 1000);
    return true;
  }

  async release(id: string): Promise<void> {
    this.#claims.delete(id);
  }

  #forget(id: string): void {
    this.#characters -= this.#results.get(id)?.result.length ?? 0;
    this.#results.delete(id);
  }
}
