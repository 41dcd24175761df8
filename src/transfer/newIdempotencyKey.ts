/**
 * A random name that an upload is announced to the endpoint by. An announcement may be heard without an answer: then the
 * bucket holds an upload that nobody knows of, until this one, announced again by the same name, is finished.
 */
export function newIdempotencyKey(): string {
  // `crypto.randomUUID` is for secure pages only
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
