import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { uriEncode } from '../http/percentEncoding.ts';

/** Where and when a signing key is good: `{date}/{region}/{service}/aws4_request`. */
export interface SigningScope {
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** What a signature covers, as it arrived: decoded path and query, header values unfolded. */
export interface SignedParts {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyArray<readonly [name: string, value: string]>;
  readonly headers: ReadonlyMap<string, string>;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
}

/**
 * The canonical request of Signature Version 4 in S3's variant: the path is encoded once and not normalized.
 * A signed header that was not sent leaves its line out, so that the signature cannot match.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function canonicalRequest(parts: SignedParts): string {
  const query = parts.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = parts.signedHeaders
    .filter((name) => parts.headers.has(name))
    .map((name) => `${name}:${(parts.headers.get(name) ?? '').trim().replace(/[ \t\r\n]+/g, ' ')}\n`)
    .join('');
  return [
    parts.method,
    uriEncode(parts.path, true),
    query,
    headers,
    parts.signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

/** `time` is `YYYYMMDDTHHMMSSZ`. */
export function stringToSign(time: string, scope: SigningScope, canonical: string): string {
  return ['AWS4-HMAC-SHA256', time, scopeText(scope), sha256Hex(canonical)].join('\n');
}

export function scopeText(scope: SigningScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

export function deriveSigningKey(secretAccessKey: string, scope: SigningScope): Buffer {
  return [scope.date, scope.region, scope.service, 'aws4_request'].reduce<Buffer>(
    (key, text) => hmac(key, text),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

export function sign(signingKey: Buffer, text: string): string {
  return hmac(signingKey, text).toString('hex');
}

/** Compares two signatures in constant time. */
export function sameSignature(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
