import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a request on the line is about, told from its method and address alone. */
export type LineOperation =
  | 'preflight'
  /** A whole file, by form or PUT. */
  | 'file'
  | 'part'
  | 'create'
  | 'complete'
  | 'list-parts'
  | 'head'
  | 'abort'
  | 'other';

/** What goes wrong with one request on its way to the store, or with the answer. */
export type LineFault =
  /** The connection is reset after this share of the body. */
  | { kind: 'reset'; at: number }
  /** No byte goes on after this share of the body; for so long, or until the sender gives up. */
  | { kind: 'stall'; at: number; ms?: number }
  /** One byte of the file arrives as another. */
  | { kind: 'damage' }
  /** The store does it all; its answer never arrives. */
  | { kind: 'lost-answer' }
  /** The store never sees the request. */
  | {
      kind: 'answer';
      status: number;
      code: string;
      retryAfterSeconds?: number;
      hidden?: boolean;
      /** In place of S3's XML. */
      text?: string;
      /** How long it takes. */
      ms?: number;
    };

/** @param method for a preflight too, its own one */
export function operationOf(method = 'GET', url = ''): LineOperation {
  const query = new URLSearchParams(url.split('?')[1]);
  if (method === 'OPTIONS') return 'preflight';
  if (method === 'HEAD') return 'head';
  if (query.has('partNumber')) return 'part';
  if (query.has('uploads')) return method === 'POST' ? 'create' : 'other';
  if (query.has('uploadId'))
    return method === 'POST' ? 'complete' : method === 'DELETE' ? 'abort' : 'list-parts';
  return method === 'PUT' || method === 'POST' ? 'file' : 'other';
}

/** Answers in the store's place, once all of the request is there; `hidden` from pages, as without CORS headers. */
export function answerInstead(
  fault: Extract<LineFault, { kind: 'answer' }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { status, code, retryAfterSeconds, hidden, text, ms = 0 } = fault;
  request.resume();
  const answer = () => {
    response.writeHead(status, {
      'content-type': 'application/xml',
      ...(request.headers.origin !== undefined &&
        !hidden && {
          'access-control-allow-origin': request.headers.origin,
          'access-control-expose-headers': 'ETag, Retry-After',
        }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    });
    const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>made up</Message></Error>`;
    response.end(text ?? xml);
  };
  request.once('end', () => setTimeout(answer, ms));
}

/** Behind the file's last byte comes less than this: the end of a form. */
const FORM_END_BYTES = 100;

/** Where in a body of this length a byte is damaged: within the file, also in a form. */
export function damagedByte(bodyBytes: number): number {
  return Math.max(0, bodyBytes - FORM_END_BYTES - 1);
}
