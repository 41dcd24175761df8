import type { Socket } from 'node:net';
import { pause } from './pause.ts';

/** How fast bodies are taken in. */
export interface ThrottleSetting {
  readonly bytesPerSecond: number;
  /** Whether every connection gets that much, or all of them together. */
  readonly per: 'connection' | 'bucket';
}

/** Slows down the reading of bodies, so that TCP slows down the sender; can be changed at any time. */
export class Throttle {
  #setting: ThrottleSetting | undefined;
  /** Until when what was taken so far fills the line, in milliseconds of `performance.now()`. */
  #busyUntil = 0;
  readonly #busyUntilOf = new WeakMap<Socket, number>();

  get setting(): ThrottleSetting | undefined {
    return this.#setting;
  }

  /** @throws RangeError unless the rate is positive. */
  set(setting: ThrottleSetting | undefined): void {
    if (setting !== undefined && !(setting.bytesPerSecond > 0)) {
      throw new RangeError('bytesPerSecond must be positive');
    }
    this.#setting = setting;
    this.#busyUntil = 0;
  }

  /** Waits as long as these bytes take on the line. */
  async take(bytes: number, socket: Socket): Promise<void> {
    const setting = this.#setting;
    if (setting === undefined) return;
    const now = performance.now();
    const own = setting.per === 'connection';
    const free = Math.max(now, own ? (this.#busyUntilOf.get(socket) ?? 0) : this.#busyUntil);
    const until = free + (bytes / setting.bytesPerSecond) * 1000;
    if (own) this.#busyUntilOf.set(socket, until);
    else this.#busyUntil = until;
    // In steps, so that a faster setting or none is felt by those who wait already.
    for (let left = until - now; left > 0 && this.#setting === setting; left = until - performance.now()) {
      await pause(Math.min(left, 200), socket);
    }
  }
}
