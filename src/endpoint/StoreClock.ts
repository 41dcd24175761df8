/** `Date` headers have whole seconds, and an answer takes its time: less is no difference. */
const TOLERANCE_MS = 3_000;

/** The store's time: a signature lives by the clock that checks it, whatever the endpoint's machine shows. */
export class StoreClock {
  #offsetMs = 0;
  #isKnown = false;

  /** Whether the store has told its time yet. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /**
   * Learns from the `Date` of an answer.
   *
   * @param askedAtMs when the question was sent, by this machine's clock
   * @param answeredAtMs when the answer came
   */
  learn(date: string | undefined, askedAtMs: number, answeredAtMs: number): void {
    const toldMs = Date.parse(date ?? '');
    if (Number.isNaN(toldMs)) return;
    this.#isKnown = true;
    // On average half a second is cut off.
    const offsetMs = toldMs + 500 - (askedAtMs + answeredAtMs) / 2;
    this.#offsetMs = Math.abs(offsetMs) < TOLERANCE_MS + (answeredAtMs - askedAtMs) / 2 ? 0 : offsetMs;
  }

  /** What the store's clock shows when this machine's shows `milliseconds` since 1970. */
  correct(milliseconds: number): number {
    return milliseconds + this.#offsetMs;
  }
}
