interface Waiting {
  rank: number;
  host: string;
  enter: () => void;
}

/**
 * The lanes that all requests to the bucket share, over all files and over all of its host names. Browsers open a few
 * connections to each host alone, so no lane is given to a request that would only wait inside the browser: who waits
 * enters by rank, lowest first, among those whose host has room; among equals, who came first.
 */
export class Lanes {
  readonly #waiting: Waiting[] = [];
  readonly #busyAt = new Map<string, number>();
  #limit: number;
  #hostLimit: number;
  #busy = 0;
  #peak = 0;

  /**
   * @param limit over all hosts
   * @param hostLimit to each of them
   */
  constructor(limit: number, hostLimit = limit) {
    this.#limit = limit;
    this.#hostLimit = hostLimit;
  }

  /** Over all hosts. */
  get limit(): number {
    return this.#limit;
  }

  get hostLimit(): number {
    return this.#hostLimit;
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

  setHostLimit(hostLimit: number): void {
    this.#hostLimit = hostLimit;
    this.#admit();
  }

  /**
   * Waits for a free lane.
   *
   * @param host where the request will go
   * @returns gives the lane back; safe to call twice
   * @throws the signal's reason when it is aborted while waiting
   */
  acquire(rank: number, signal: AbortSignal, host: string): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        rank,
        host,
        enter: () => {
          signal.removeEventListener('abort', onAbort);
          resolve(this.#occupy(host));
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      let at = this.#waiting.length;
      while (at > 0 && (this.#waiting[at - 1] as Waiting).rank > rank) at--;
      this.#waiting.splice(at, 0, waiting);
      this.#admit();
    });
  }

  #occupy(host: string): () => void {
    let released = false;
    this.#count(host, 1);
    this.#peak = Math.max(this.#peak, this.#busy);
    return () => {
      if (released) return;
      released = true;
      this.#count(host, -1);
      this.#admit();
    };
  }

  #count(host: string, change: 1 | -1): void {
    this.#busy += change;
    const busy = (this.#busyAt.get(host) ?? 0) + change;
    if (busy === 0) this.#busyAt.delete(host);
    else this.#busyAt.set(host, busy);
  }

  #admit(): void {
    for (let at = 0; at < this.#waiting.length && this.#busy < this.#limit; ) {
      const next = this.#waiting[at] as Waiting;
      if ((this.#busyAt.get(next.host) ?? 0) >= this.#hostLimit) at++;
      else {
        this.#waiting.splice(at, 1);
        next.enter();
      }
    }
  }
}
