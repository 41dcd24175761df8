import { elapsedMs, type Moment, momentNow } from './Moment.ts';

const TICK_MS = 5_000;
/** A gap between two ticks that no busy page explains. */
const GAP_MS = 20_000;
/** Browsers let the timers of a hidden page run only once a minute. */
const HIDDEN_GAP_MS = 90_000;

/**
 * Notices that the machine slept, or that the page was frozen: a long gap between two ticks of a timer. Somebody who
 * sets the clock forward looks the same. Ticks only while somebody wants to know.
 */
export class WakeWatch {
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #last: Moment = momentNow();
  #wasHidden = false;

  /** @returns stops it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  #start(): void {
    this.#last = momentNow();
    this.#timer = setInterval(this.#tick, TICK_MS);
    // Where there is an event for it, nobody waits for the next tick. Workers and Node have none of these.
    globalThis.document?.addEventListener('visibilitychange', this.#tick);
    globalThis.document?.addEventListener('resume', this.#tick);
    globalThis.addEventListener?.('pageshow', this.#tick);
  }

  #stop(): void {
    clearInterval(this.#timer);
    globalThis.document?.removeEventListener('visibilitychange', this.#tick);
    globalThis.document?.removeEventListener('resume', this.#tick);
    globalThis.removeEventListener?.('pageshow', this.#tick);
  }

  readonly #tick = (): void => {
    const gapMs = elapsedMs(this.#last);
    this.#last = momentNow();
    const isHidden = globalThis.document?.visibilityState === 'hidden';
    const allowedMs = isHidden || this.#wasHidden ? HIDDEN_GAP_MS : GAP_MS;
    this.#wasHidden = isHidden;
    if (gapMs < allowedMs) return;
    for (const listener of [...this.#listeners]) listener();
  };
}
