/** What the page does between two slices, among it answering a click, waits no longer than this. */
const SLICE_MS = 24;

/** Does many small jobs in their order, in slices between which the page can answer; the first at once. */
export async function forEachInSlices<Item>(items: Iterable<Item>, run: (item: Item) => void): Promise<void> {
  let isOver = startSlice();
  for (const item of items) {
    if (isOver()) {
      await nextTurn();
      isOver = startSlice();
    }
    run(item);
  }
}

/** Tells when the page has to get its turn. */
export function startSlice(): () => boolean {
  const endMs = performance.now() + SLICE_MS;
  return () => performance.now() >= endMs;
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
