/** An ETag as a message carries it: without quotes. */
export function unquote(etag: string): string {
  return etag.replace(/^(?:W\/)?"(.*)"$/, '$1');
}
