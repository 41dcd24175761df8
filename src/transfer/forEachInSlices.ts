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

/** Tells when the page has to get its turn. A hidden one needs none: nobody waits for its answer, and its timers are slow. */
export function startSlice(): () => boolean {
  const endMs = performance.now() + SLICE_MS;
  return () => performance.now() >= endMs && !globalThis.document?.hidden;
}

/** Resolves when the page had its turn: what was clicked is answered, what is due is drawn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
