const PATIENCE_MS = 1_000;

/** Resolves when the page has been painted and has a moment to spare. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: PATIENCE_MS });
    // Safari has no such thing yet.
    else setTimeout(resolve, PATIENCE_MS / 5);
  });
}
