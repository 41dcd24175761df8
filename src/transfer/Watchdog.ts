import { elapsedMs, momentNow } from './Moment.ts';
import type { WakeWatch } from './WakeWatch.ts';

/** A timer that is so late was held up together with everything else: the page was frozen, or the machine slept. */
const LATE_MS = 2_000;
/** After that, whoever is alive shows it within this time. */
const GRACE_MS = 10_000;

/** Barks when nothing was heard for too long; not for what could not be heard while page or machine slept. */
export class Watchdog {
  readonly #onBark: () => void;
  readonly #stopWatching: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(wake: WakeWatch, onBark: () => void) {
    this.#onBark = onBark;
    // A connection from before a long sleep is dead as a rule: it need not be waited for to the end.
    this.#stopWatching = wake.subscribe(() => this.#shorten());
  }

  #timeoutMs = 0;

  /** Something was heard: from now on, there are so many milliseconds for the next. */
  feed(timeoutMs: number): void {
    if (this.#stopped) return;
    this.#timeoutMs = timeoutMs;
    this.#set(timeoutMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#stopWatching();
  }

  #shorten(): void {
    if (!this.#stopped) this.#set(Math.min(this.#timeoutMs, GRACE_MS));
  }

  #set(timeoutMs: number): void {
    clearTimeout(this.#timer);
    const setAt = momentNow();
    this.#timer = setTimeout(() => {
      // What has come meanwhile waits in the page's queue behind this timer.
      if (elapsedMs(setAt) > timeoutMs + LATE_MS) this.#set(Math.min(timeoutMs, GRACE_MS));
      else this.#onBark();
    }, timeoutMs);
  }
}
