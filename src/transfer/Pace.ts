import { limitOf, type PaceOptions } from './PaceOptions.ts';

/** One request, from the moment in which it may send. */
export interface PacedRequest {
  /**
   * @param loadedBytes what the browser says that it has sent so far
   * @returns how many of them are new
   */
  moved(loadedBytes: number): number;
  /** @param isAnswered whether there was an answer, so that all of it counts as sent */
  ended(isAnswered: boolean): void;
}

/** Of the rate, what is left to HTTP, TLS and TCP, and to the head start. */
const SHARE_OF_FILES = 0.95;
/** The next request begins so much before its time: a preflight and a round trip pass before its first byte moves. */
const HEAD_START_SECONDS = 0.5;
/** A request that took longer was slept through, or its line is hardly one. */
const LONGEST_REST_MS = 60_000;

/**
 * When the next request may begin: a browser cannot slow down the body of a request, only wait before the next.
 *
 * A leaky bucket, filled by what requests send and emptied at the rate. Who begins could send all its bytes at once, so
 * what is in the bucket and what is on its way to it count alike. With no more than the head start of both, a request
 * begins. So the bucket never holds more than the head start and one request, and in T seconds no more can have been
 * sent than that and 0.95 × T × the rate: from 10 seconds on, no more than T × the rate and one request.
 */
export class Pace {
  readonly #now: () => number;
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #polite = false;
  #sentBytes = 0;
  #readAtMs = 0;
  #pendingBytes = 0;
  #inFlight = 0;
  #restUntilMs = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds by a clock that is never set back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get isOn(): boolean {
    return this.#polite || this.#bytesPerSecond < Number.POSITIVE_INFINITY;
  }

  /** @returns whether that changes anything */
  set(options: PaceOptions): boolean {
    const bytesPerSecond = limitOf(options);
    const polite = Boolean(options.polite);
    if (bytesPerSecond === this.#bytesPerSecond && polite === this.#polite) return false;
    this.#drain();
    this.#bytesPerSecond = bytesPerSecond;
    this.#polite = polite;
    if (!polite) this.#restUntilMs = Number.NEGATIVE_INFINITY;
    return true;
  }

  /** What was sent ahead of the time that the limit gives it; 0 without one. */
  get unpaidBytes(): number {
    this.#drain();
    return this.#sentBytes;
  }

  /** How many milliseconds until a request may begin, if nothing happens; Infinity: not before something does. */
  delayMs(): number {
    return Math.max(this.#restMs(), this.#overdueMs());
  }

  /** A request begins to send. */
  begin(sizeBytes: number): PacedRequest {
    const beganAtMs = this.#now();
    let left = sizeBytes;
    let isOver = false;
    this.#pendingBytes += sizeBytes;
    this.#inFlight++;
    const send = (bytes: number) => {
      this.#drain();
      left -= bytes;
      this.#pendingBytes -= bytes;
      if (this.#bytesPerSecond < Number.POSITIVE_INFINITY) this.#sentBytes += bytes;
    };
    return {
      moved: (loadedBytes) => {
        const bytes = Math.min(sizeBytes, loadedBytes) - (sizeBytes - left);
        if (isOver || bytes <= 0) return 0;
        send(bytes);
        return bytes;
      },
      ended: (isAnswered) => {
        if (isOver) return;
        isOver = true;
        if (isAnswered) send(left);
        else this.#pendingBytes -= left;
        this.#inFlight--;
        const endedAtMs = this.#now();
        if (this.#polite && isAnswered)
          this.#restUntilMs = endedAtMs + Math.min(LONGEST_REST_MS, endedAtMs - beganAtMs);
      },
    };
  }

  #restMs(): number {
    if (!this.#polite) return 0;
    return this.#inFlight > 0 ? Number.POSITIVE_INFINITY : Math.max(0, this.#restUntilMs - this.#now());
  }

  #overdueMs(): number {
    const rate = this.#bytesPerSecond;
    if (rate === Number.POSITIVE_INFINITY) return 0;
    this.#drain();
    const room = rate * HEAD_START_SECONDS - this.#pendingBytes;
    if (this.#sentBytes <= room) return 0;
    // What has not left yet does not drain.
    return room < 0 ? Number.POSITIVE_INFINITY : ((this.#sentBytes - room) / (rate * SHARE_OF_FILES)) * 1000;
  }

  #drain(): void {
    const now = this.#now();
    const drained = ((now - this.#readAtMs) / 1000) * this.#bytesPerSecond * SHARE_OF_FILES;
    // Without a limit, nothing is left, however short the time.
    this.#sentBytes =
      this.#bytesPerSecond === Number.POSITIVE_INFINITY ? 0 : Math.max(0, this.#sentBytes - drained);
    this.#readAtMs = now;
  }
}
