/**
 * Many small files are stored at the same moment, since they are finished in one call: what becomes of them is told
 * together, so that it is written and drawn once.
 */
export class OutcomeQueue {
  readonly #batch: (run: () => void) => void;
  #waiting: (() => void)[] = [];
  #gathering: Promise<void> | undefined;

  /** @param batch makes one change of all the changes that happen within */
  constructor(batch: (run: () => void) => void) {
    this.#batch = batch;
  }

  /** Resolves when `tell` has run, in the order of these calls. */
  add(tell: () => void): Promise<void> {
    this.#waiting.push(tell);
    this.#gathering ??= new Promise((resolve) => {
      setTimeout(() => {
        const all = this.#waiting;
        this.#waiting = [];
        this.#gathering = undefined;
        if (all.length === 1) all[0]?.();
        else this.#batch(() => all.forEach(run));
        resolve();
      });
    });
    return this.#gathering;
  }
}

const run = (tell: () => void): void => tell();
