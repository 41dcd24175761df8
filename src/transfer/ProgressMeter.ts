/**
 * Counts one upload's bytes. What a failed request had sent is taken back inside, but what is shown never runs
 * backwards: it waits until the truth has caught up.
 */
export class ProgressMeter {
  readonly #sizeBytes: number;
  readonly #inFlight = new Map<number, number>();
  #storedBytes = 0;
  #flyingBytes = 0;
  #reachedBytes = 0;
  #heldBytes = 0;
  #shownBytes = 0;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  get sentBytes(): number {
    this.#shownBytes = Math.max(this.#shownBytes, Math.floor(this.#reachedBytes - this.#heldBytes));
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
    this.#reach();
  }

  /** So many bytes are not to be shown yet, though they were sent. */
  hold(bytes: number): void {
    this.#heldBytes += bytes;
  }

  /** So many of them are. */
  show(bytes: number): void {
    this.#heldBytes = Math.max(0, this.#heldBytes - bytes);
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
    this.#reach();
  }

  /** So many bytes that were in the bucket are not the right ones. */
  lose(sizeBytes: number): void {
    this.#storedBytes -= sizeBytes;
  }

  /** All that was stored is lost: the one reason to begin at zero again. */
  reset(): void {
    this.#inFlight.clear();
    this.#storedBytes = 0;
    this.#flyingBytes = 0;
    this.#reachedBytes = 0;
    this.#heldBytes = 0;
    this.#shownBytes = 0;
  }

  #reach(): void {
    const bytes = Math.min(this.#sizeBytes, this.#storedBytes + this.#flyingBytes);
    this.#reachedBytes = Math.max(this.#reachedBytes, bytes);
  }
}
