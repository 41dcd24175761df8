/** True only where the browser is sure that there is no line at all; false proves nothing. */
export function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}

/**
 * Waits until the browser has a line again.
 *
 * @throws the signal's reason as soon as it is aborted
 */
export function waitForOnline(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      globalThis.removeEventListener('online', onOnline);
      signal.removeEventListener('abort', onAbort);
    };
    const onOnline = () => {
      stop();
      resolve();
    };
    const onAbort = () => {
      stop();
      reject(signal.reason);
    };
    globalThis.addEventListener('online', onOnline);
    signal.addEventListener('abort', onAbort);
    if (!isOffline()) onOnline();
  });
}
