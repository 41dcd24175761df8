/**
 * The types that a browser may be shown in the page (`inline`). None of them can run a script in the bucket's origin:
 * HTML, SVG and XML can, and are only ever downloaded.
 */
const PREVIEW_TYPES: ReadonlySet<string> = new Set([
  'application/pdf',
  'audio/aac',
  'audio/flac',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'image/avif',
  'image/bmp',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'video/mp4',
  'video/ogg',
  'video/quicktime',
  'video/webm',
]);

/**
 * The type to show an object as, without parameters and in lower case; null if it is only safe to download.
 *
 * @param type the object's own, such as `image/png` or `Video/MP4; codecs="avc1"`
 */
export function previewTypeOf(type: string): string | null {
  const essence = (type.split(';')[0] ?? '').trim().toLowerCase();
  return PREVIEW_TYPES.has(essence) ? essence : null;
}
