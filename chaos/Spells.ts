import type { RunLog } from './RunLog.ts';
import type { Spell } from './RunPlan.ts';

/** Begins each planned spell when the run has come so far, one after the other. */
export class Spells {
  /** The one that lasts now. */
  now: Spell | undefined;
  readonly #planned: Spell[];
  readonly #log: RunLog;
  readonly #cast: (spell: Spell) => Promise<boolean>;
  #running: Promise<void> = Promise.resolve();
  #over = false;

  /** @param cast does it, until it is over; false where there was nothing to do it to */
  constructor(planned: readonly Spell[], log: RunLog, cast: (spell: Spell) => Promise<boolean>) {
    this.#planned = [...planned];
    this.#log = log;
    this.#cast = cast;
  }

  /** @param done how much of the run is done, 0 to 1 */
  advance(done: number): void {
    const [next] = this.#planned;
    if (this.now || this.#over || !next || next.at > done) return;
    this.#planned.shift();
    this.now = next;
    this.#log.note('SPELL   ', next);
    this.#running = this.#cast(next)
      .then(
        (happened) => this.#log.note('spell   ', next.kind, happened ? 'is over' : 'had nothing to strike'),
        (error: unknown) => this.#log.note('spell   ', next.kind, error),
      )
      .then(() => {
        this.now = undefined;
      });
  }

  /** No more of them; waits for the one that lasts. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#running;
  }
}
