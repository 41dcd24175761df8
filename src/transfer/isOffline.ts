/** True only where the browser is sure that there is no line at all; false proves nothing. */
export function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}
