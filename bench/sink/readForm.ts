import type { IncomingMessage } from 'node:http';

const HEADERS_END = '\r\n\r\n';
const MAX_FIELDS_BYTES = 64 * 1024;

/**
 * Reads a POST policy form: the fields, then the file, which S3 takes as the last field. So the file needs no search
 * for the boundary: it ends as far from the end of the body as the closing boundary is long.
 *
 * @param onFile called with each piece of the file
 */
export async function readForm(
  request: IncomingMessage,
  onFile: (bytes: Buffer) => void,
): Promise<Map<string, string>> {
  const boundary = /boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
  const length = Number(request.headers['content-length']);
  const closingBytes = `\r\n--${boundary}--\r\n`.length;
  const fields = new Map<string, string>();
  let head = Buffer.alloc(0);
  let fileBytesLeft = -1;
  let seen = 0;
  for await (const bytes of request as AsyncIterable<Buffer>) {
    seen += bytes.length;
    let piece = bytes;
    if (fileBytesLeft < 0) {
      head = Buffer.concat([head, bytes]);
      const start = findFile(head, fields);
      if (start < 0) {
        if (head.length > MAX_FIELDS_BYTES) throw new Error('a form without a file');
        continue;
      }
      fileBytesLeft = length - (seen - head.length + start) - closingBytes;
      piece = head.subarray(start);
    }
    const own = piece.subarray(0, Math.max(0, fileBytesLeft));
    fileBytesLeft -= own.length;
    if (own.length > 0) onFile(own);
  }
  return fields;
}

/** Where the file begins in what has come so far, or -1; the fields before it go into `fields`. */
function findFile(head: Buffer, fields: Map<string, string>): number {
  const text = head.toString('latin1');
  const file = text.search(/name="file"/i);
  const end = file < 0 ? -1 : text.indexOf(HEADERS_END, file);
  if (end < 0) return -1;
  const pattern = /name="([^"]+)"\r\n\r\n([\s\S]*?)\r\n--/g;
  for (const [, name = '', value = ''] of text.slice(0, file).matchAll(pattern)) {
    fields.set(name.toLowerCase(), Buffer.from(value, 'latin1').toString('utf8'));
  }
  return end + HEADERS_END.length;
}
