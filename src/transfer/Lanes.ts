interface Waiting {
  rank: number;
  enter: () => void;
}

/**
 * The lanes that all requests to the bucket share, over all files. Who waits enters by rank, lowest first; among
 * equals, who came first.
 */
export class Lanes {
  readonly #waiting: Waiting[] = [];
  #limit: number;
  #busy = 0;
  #peak = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  get busy(): number {
    return this.#busy;
  }

  /** The most that were ever busy at once. */
  get peak(): number {
    return this.#peak;
  }

  setLimit(limit: number): void {
    this.#limit = limit;
    this.#admit();
  }

  /**
   * Waits for a free lane.
   *
   * @returns gives the lane back; safe to call twice
   * @throws the signal's reason when it is aborted while waiting
   */
  acquire(rank: number, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        rank,
        enter: () => {
          signal.removeEventListener('abort', onAbort);
          resolve(this.#occupy());
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      let at = this.#waiting.length;
      while (at > 0 && (this.#waiting[at - 1] as Waiting).rank > rank) at--;
      this.#waiting.splice(at, 0, waiting);
      this.#admit();
    });
  }

  #occupy(): () => void {
    let released = false;
    this.#busy++;
    this.#peak = Math.max(this.#peak, this.#busy);
    return () => {
      if (released) return;
      released = true;
      this.#busy--;
      this.#admit();
    };
  }

  #admit(): void {
    while (this.#busy < this.#limit) {
      const next = this.#waiting.shift();
      if (!next) return;
      next.enter();
    }
  }
}
