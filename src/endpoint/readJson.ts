import { MIB } from '../protocol/limits.ts';
import { EndpointError } from './EndpointError.ts';

/** Room for the 10,000 ETags of the largest upload, each with a SHA-256. */
export const MAX_BODY_BYTES = 2 * MIB;
/** A body of that size takes a slow phone some seconds; a caller that takes longer holds a connection for nothing. */
const BODY_TIMEOUT_MS = 30_000;

/** Names that reach an object's prototype where code is careless. Nothing here has a use for them. */
const NEVER_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The request's body as JSON. Only `application/json` is read: a form on another site can't send that without
 * a preflight, so a visitor's cookies can't be used behind their back.
 *
 * @throws BucketDropError `unsupported-media-type`, `body-too-large`, `bad-request`
 */
export async function readJson(request: Request, timeoutMs = BODY_TIMEOUT_MS): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new EndpointError('unsupported-media-type', 'the body has to be application/json');
  }
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new EndpointError('unsupported-media-type', 'the body has to come without a content-encoding');
  }
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const text = decode(await readAll(request, timeoutMs));
  try {
    return JSON.parse(text, refuseStrangeKeys);
  } catch (cause) {
    throw new EndpointError('bad-request', 'the body is no valid JSON', undefined, { cause });
  }
}

function refuseStrangeKeys(key: string, value: unknown): unknown {
  if (NEVER_KEYS.has(key)) throw new SyntaxError(`the key ${key} is not taken`);
  return value;
}

async function readAll(request: Request, timeoutMs: number): Promise<Uint8Array[]> {
  const reader = request.body?.getReader();
  if (reader === undefined) return [];
  const chunks: Uint8Array[] = [];
  let late = false;
  let size = 0;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, timeoutMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw tooSlow(timeoutMs);
      if (done) return chunks;
      size += value.byteLength;
      if (size > MAX_BODY_BYTES) {
        reader.cancel().catch(() => {});
        throw tooLarge();
      }
      chunks.push(value);
    }
  } catch (cause) {
    if (cause instanceof EndpointError) throw cause;
    // Where reading a stream that was cancelled fails, instead of coming to its end.
    if (late) throw tooSlow(timeoutMs);
    throw new EndpointError('bad-request', 'the body broke off', undefined, { cause });
  } finally {
    clearTimeout(timer);
  }
}

function decode(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
  } catch (cause) {
    throw new EndpointError('bad-request', 'the body is no valid UTF-8', undefined, { cause });
  }
}

function tooSlow(timeoutMs: number): EndpointError {
  return new EndpointError('bad-request', `the body took more than ${timeoutMs / 1000} s to arrive`);
}

function tooLarge(): EndpointError {
  return new EndpointError('body-too-large', `a request has at most ${MAX_BODY_BYTES} bytes`);
}
