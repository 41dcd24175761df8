import { nextTurn, startSlice } from '../transfer/forEachInSlices.ts';

/**
 * Many small files are stored at the same moment, since they are finished in one call, and many fail at the same moment:
 * what becomes of them is told together, so that it is written and drawn once, as far as the page can still answer.
 */
export class OutcomeQueue {
  readonly #batch: (run: () => void) => void;
  #waiting: (() => void)[] = [];
  #isTelling = false;

  /** @param batch makes one change of all the changes that happen within */
  constructor(batch: (run: () => void) => void) {
    this.#batch = batch;
  }

  /**
   * Resolves when `tell` has run, in the order of these calls.
   *
   * @throws what `tell` throws
   */
  add(tell: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          tell();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      if (!this.#isTelling) void this.#tellAll();
    });
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    while (this.#waiting.length > 0) {
      await nextTurn();
      if (this.#waiting.length === 1) this.#tellSlice();
      else this.#batch(() => this.#tellSlice());
    }
    this.#isTelling = false;
  }

  #tellSlice(): void {
    const isOver = startSlice();
    let count = 0;
    do {
      this.#waiting[count]?.();
      count += 1;
    } while (count < this.#waiting.length && !isOver());
    this.#waiting.splice(0, count);
  }
}
