/** How fast the bytes of all uploads together go over a line. */
export class LineRate {
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #nextFreeMs = 0;
  /** Let go on what waits for its turn. */
  readonly #waiting = new Set<() => void>();

  get bytesPerSecond(): number {
    return this.#bytesPerSecond;
  }

  /** What waits as the old rate has it goes on at once. */
  set bytesPerSecond(rate: number) {
    this.#bytesPerSecond = rate;
    this.#nextFreeMs = 0;
    for (const goOn of [...this.#waiting]) goOn();
  }

  /** Takes the time that these bytes need; gives how long they have to wait for it. */
  reserve(bytes: number): number {
    const now = performance.now();
    this.#nextFreeMs = Math.max(now, this.#nextFreeMs) + (bytes / this.#bytesPerSecond) * 1000;
    return this.#nextFreeMs - now;
  }

  /** Calls `then` after this time, or as soon as the rate is another. */
  wait(ms: number, then: () => void): void {
    const goOn = () => {
      clearTimeout(timer);
      this.#waiting.delete(goOn);
      then();
    };
    const timer = setTimeout(goOn, ms);
    this.#waiting.add(goOn);
  }
}
