import type { Socket } from 'node:net';

/** The far side does not take it: back-pressure. */
const MAX_UNSENT_BYTES = 256 * 1024;
/** Timers fire up to so much early. */
const TIMER_SLACK_MS = 0.3;

interface OnItsWay {
  dueMs: number;
  /** Without bytes: the end of the stream. */
  bytes?: Buffer;
}

/** One direction of one connection: source socket -> shaper -> delay -> target socket. */
export class Lane {
  /** Bytes that the shaper lets it send. */
  credit = 0;
  sourceEnded = false;
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #openAtMs: number;
  readonly #delayMs: number;
  readonly #onBytes: (bytes: Buffer) => void;
  #onItsWay: OnItsWay[] = [];
  #ended = false;

  constructor(
    source: Socket,
    target: Socket,
    timing: { openAtMs: number; delayMs: number },
    onBytes: (bytes: Buffer) => void,
  ) {
    this.#source = source;
    this.#target = target;
    this.#openAtMs = timing.openAtMs;
    this.#delayMs = timing.delayMs;
    this.#onBytes = onBytes;
  }

  canMove(nowMs: number): boolean {
    if (this.#ended || nowMs < this.#openAtMs || this.#target.writableLength > MAX_UNSENT_BYTES) return false;
    return this.#source.readableLength > 0 || this.sourceEnded;
  }

  /** Takes up to `most` bytes from the source; how many. */
  move(most: number, nowMs: number): number {
    const dueMs = nowMs + this.#delayMs;
    const available = this.#source.readableLength;
    if (available === 0) {
      this.#ended = true;
      this.#onItsWay.push({ dueMs });
      return 0;
    }
    const bytes: Buffer | null = this.#source.read(Math.min(most, available));
    if (!bytes) return 0;
    this.#onItsWay.push({ dueMs, bytes });
    this.#onBytes(bytes);
    return bytes.length;
  }

  /** Hands over what has travelled long enough. */
  deliver(nowMs: number): void {
    let count = 0;
    for (const { dueMs, bytes } of this.#onItsWay) {
      if (dueMs > nowMs + TIMER_SLACK_MS) break;
      count++;
      if (!bytes) this.#target.end();
      else if (!this.#target.destroyed) this.#target.write(bytes);
    }
    if (count > 0) this.#onItsWay = this.#onItsWay.slice(count);
  }

  /** Whether anything is left to do. */
  isPending(nowMs: number): boolean {
    return (
      this.#onItsWay.length > 0 ||
      nowMs < this.#openAtMs ||
      this.#source.readableLength > 0 ||
      (this.sourceEnded && !this.#ended)
    );
  }
}
