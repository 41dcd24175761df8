import { type FullRate, LaneControl } from './LaneControl.ts';
import type { FailureKind } from './RequestFailure.ts';

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
  readonly #control: LaneControl;
  #hostLimit: number;
  #busy = 0;
  #peak = 0;

  /**
   * @param max over all hosts, at most
   * @param hostLimit to each of them
   * @param start how many to begin with; more are added while they bring something
   */
  constructor(max: number, hostLimit = max, start = Number.POSITIVE_INFINITY) {
    this.#control = new LaneControl({ start, max });
    this.#hostLimit = hostLimit;
  }

  /** Over all hosts, at the moment. */
  get limit(): number {
    return this.#control.limit;
  }

  /** Over all hosts, at most. */
  get max(): number {
    return this.#control.max;
  }

  /** The last that was measured while all lanes were busy. */
  get fullRate(): FullRate | undefined {
    return this.#control.fullRate;
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

  /** @param start how many to begin with, where nothing is known yet */
  setMax(max: number, start?: number): void {
    this.#control.setMax(max, start);
    this.#admit();
  }

  /** Bytes left the browser. */
  moved(bytes: number): void {
    this.#control.moved(bytes);
  }

  /** A request came through. */
  succeeded(): void {
    this.#control.succeeded();
    this.#admit();
  }

  /** @param begunAt when the request that failed was sent, by `performance.now()` */
  failed(kind: FailureKind, begunAt: number): void {
    this.#control.failed(kind, begunAt);
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
    this.#control.occupied(this.#busy >= this.#control.limit);
    const busy = (this.#busyAt.get(host) ?? 0) + change;
    if (busy === 0) this.#busyAt.delete(host);
    else this.#busyAt.set(host, busy);
  }

  #admit(): void {
    for (let at = 0; at < this.#waiting.length && this.#busy < this.#control.limit; ) {
      const next = this.#waiting[at] as Waiting;
      if ((this.#busyAt.get(next.host) ?? 0) >= this.#hostLimit) at++;
      else {
        this.#waiting.splice(at, 1);
        next.enter();
      }
    }
  }
}
