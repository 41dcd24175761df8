/**
 * Counts one upload's bytes. What a failed request had sent is taken back inside, but what is shown never runs
 * backwards: it waits until the truth has caught up.
 */
export class ProgressMeter {
  readonly #sizeBytes: number;
  readonly #inFlight = new Map<number, number>();
  #storedBytes = 0;
  #flyingBytes = 0;
  #shownBytes = 0;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  get sentBytes(): number {
    return this.#shownBytes;
  }

  /** What is surely in the bucket. */
  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** @param loadedBytes what this request has sent so far */
  move(request: number, loadedBytes: number): void {
    this.#flyingBytes += loadedBytes - (this.#inFlight.get(request) ?? 0);
    this.#inFlight.set(request, loadedBytes);
    this.#show();
  }

  /** The request failed or was stopped. */
  drop(request: number): void {
    this.#flyingBytes -= this.#inFlight.get(request) ?? 0;
    this.#inFlight.delete(request);
  }

  /** The request's bytes are in the bucket. */
  store(request: number, sizeBytes: number): void {
    this.drop(request);
    this.#storedBytes += sizeBytes;
    this.#show();
  }

  /** All that was stored is lost: the one reason to begin at zero again. */
  reset(): void {
    this.#inFlight.clear();
    this.#storedBytes = 0;
    this.#flyingBytes = 0;
    this.#shownBytes = 0;
  }

  #show(): void {
    const bytes = Math.min(this.#sizeBytes, this.#storedBytes + this.#flyingBytes);
    this.#shownBytes = Math.max(this.#shownBytes, bytes);
  }
}
