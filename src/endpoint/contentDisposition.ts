import { shortenFileName } from './cleanFileName.ts';

/** File systems take 255 bytes; a browser adds to it where a file of this name is there already. */
const MAX_NAME_BYTES = 200;
/** Ends a header, is part of a path, or turns the direction of what follows, so that `gpj.exe` reads as `exe.jpg`. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\uFFFE\uFFFF\u061C\u202A-\u202E\u2066-\u2069/\\]/gu;

/**
 * A `Content-Disposition` for any name: in ASCII for whoever knows no better, and in full as RFC 8187 encodes it.
 * Source: https://www.rfc-editor.org/rfc/rfc6266, appendix D
 *
 * @example contentDisposition('attachment', 'naïve.pdf')
 * // attachment; filename="na_ve.pdf"; filename*=UTF-8''na%C3%AFve.pdf
 */
export function contentDisposition(kind: 'attachment' | 'inline', fileName: string): string {
  const safe = fileName.replace(UNSAFE, '_').trim();
  const name = shortenFileName(/^\.*$/.test(safe) ? 'file' : safe, MAX_NAME_BYTES);
  // Some browsers decode a `%` in the plain name, and read quotes and semicolons each in their own way.
  const plain = name.replace(/[^\x20-\x7e]/gu, '_').replace(/["%;]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return plain === name
    ? `${kind}; filename="${plain}"`
    : `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
