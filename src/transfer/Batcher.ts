interface Pending<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export interface BatcherOptions<Item, Result> {
  maxItems: number;
  /** A batch is closed before its items weigh more than this; a heavier single item goes alone. */
  maxWeight?: number;
  weigh?: (item: Item) => number;
  /** How long the first item waits for company. */
  delayMs: () => number;
  /** Results in the order of the items. */
  run: (items: Item[]) => Promise<Result[]>;
  /** Whether a failed batch might succeed in halves (one bad item should not fail the others). */
  shouldSplit?: (error: unknown) => boolean;
}

/** Collects what is asked for one by one and asks for it in one call. */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  #pending: Pending<Item, Result>[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueAtMs = 0;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ item, resolve, reject });
      if (this.#pending.length >= this.#options.maxItems) this.flush();
      else this.#schedule(this.#options.delayMs());
    });
  }

  /** The first item sets how long all wait; a later one may only be in more of a hurry. */
  #schedule(delayMs: number): void {
    const dueAtMs = Date.now() + delayMs;
    if (this.#timer !== undefined && dueAtMs >= this.#dueAtMs) return;
    clearTimeout(this.#timer);
    this.#dueAtMs = dueAtMs;
    this.#timer = setTimeout(() => this.flush(), delayMs);
  }

  /** What waits does so no longer than this. */
  hurry(delayMs: number): void {
    if (this.#pending.length > 0) this.#schedule(delayMs);
  }

  /** Sends what waits, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pending = this.#pending;
    this.#pending = [];
    for (const batch of this.#cut(pending)) void this.#send(batch);
  }

  #cut(pending: Pending<Item, Result>[]): Pending<Item, Result>[][] {
    const { maxItems, maxWeight = Number.POSITIVE_INFINITY, weigh = () => 0 } = this.#options;
    const batches: Pending<Item, Result>[][] = [];
    let weight = 0;
    for (const one of pending) {
      const last = batches.at(-1);
      weight += weigh(one.item);
      if (last && last.length < maxItems && weight <= maxWeight) last.push(one);
      else {
        batches.push([one]);
        weight = weigh(one.item);
      }
    }
    return batches;
  }

  async #send(batch: Pending<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map((one) => one.item));
      if (results.length !== batch.length)
        throw new RangeError('a batch was answered with another number of results');
      for (const [index, one] of batch.entries()) one.resolve(results[index] as Result);
    } catch (error) {
      if (batch.length > 1 && this.#options.shouldSplit?.(error)) {
        const half = Math.ceil(batch.length / 2);
        await Promise.all([this.#send(batch.slice(0, half)), this.#send(batch.slice(half))]);
      } else for (const one of batch) one.reject(error);
    }
  }
}
