import { S3Error } from '../S3Error.ts';

/**
 * Decodes `%XX` to bytes and these to text. Bytes that came unencoded stay as they are.
 * @throws S3Error InvalidURI for a broken escape or for bytes that are not UTF-8.
 */
export function percentDecode(text: string): string {
  // Node hands the request line over as Latin-1: one character is one byte.
  const bytes = Buffer.from(text, 'latin1');
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x25) {
      out[length++] = bytes[i] as number;
      continue;
    }
    const hex = text.slice(i + 1, i + 3);
    if (!/^[0-9a-fA-F]{2}$/.test(hex)) throw new S3Error('InvalidURI');
    out[length++] = Number.parseInt(hex, 16);
    i += 2;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(out.subarray(0, length));
  } catch {
    throw new S3Error('InvalidURI');
  }
}

/** Encodes all but RFC 3986's unreserved characters, as SigV4's UriEncode; `keepSlash` for paths. */
export function uriEncode(text: string, keepSlash = false): string {
  const encoded = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return keepSlash ? encoded.replaceAll('%2F', '/') : encoded;
}
