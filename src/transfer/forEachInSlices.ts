/** What the page does between two slices, among it answering a click, waits no longer than this. */
const SLICE_MS = 24;

/** When a slice is over, and when the next may begin. */
export interface SliceClock {
  now(): number;
  /** Resolves when the page had its turn. */
  turn(): Promise<void>;
}

const PAGE_CLOCK: SliceClock = { now: () => performance.now(), turn: nextTurn };

/** Does many small jobs in their order, in slices between which the page can answer; the first at once. */
export async function forEachInSlices<Item>(
  items: Iterable<Item>,
  run: (item: Item) => void,
  clock: SliceClock = PAGE_CLOCK,
): Promise<void> {
  let isOver = startSlice(clock);
  for (const item of items) {
    if (isOver()) {
      await clock.turn();
      isOver = startSlice(clock);
    }
    run(item);
  }
}

/** Tells when the page has to get its turn. */
export function startSlice({ now }: Pick<SliceClock, 'now'> = PAGE_CLOCK): () => boolean {
  const endMs = now() + SLICE_MS;
  return () => now() >= endMs;
}

/** Resolves when the page had its turn: what was clicked is answered, what is due is drawn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (!globalThis.document?.hidden) {
      setTimeout(resolve);
      return;
    }
    // The timers of a hidden page are slow, down to one a minute, and there is nothing to draw.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
