import type { IncomingMessage } from 'node:http';
import { CHECKSUM_ALGORITHMS, checksumHeader } from '../checksum/ChecksumAlgorithm.ts';
import type { Query, Target } from './parseTarget.ts';
import type { Operation } from './routeOperation.ts';

/** Hoisted into the query these are not taken for headers: S3 ignores a checksum there. */
const HEADER_ONLY: ReadonlySet<string> = new Set([
  ...CHECKSUM_ALGORITHMS.map(checksumHeader),
  'x-amz-content-sha256',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-trailer',
  'x-amz-decoded-content-length',
]);

/** A request whose target and operation are known. */
export class S3Request {
  readonly incoming: IncomingMessage;
  readonly id: string;
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
  readonly query: Query;
  readonly operation: Operation;
  /** All headers as sent: lower-case names, values as UTF-8, equal names joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly now: number;

  constructor(incoming: IncomingMessage, id: string, target: Target, operation: Operation, now: number) {
    this.incoming = incoming;
    this.id = id;
    this.method = incoming.method ?? 'GET';
    this.bucket = target.bucket;
    this.key = target.key;
    this.path = target.path;
    this.query = target.query;
    this.operation = operation;
    this.headers = readHeaders(incoming.rawHeaders);
    this.now = now;
  }

  header(name: string): string | undefined {
    return this.headers.get(name);
  }

  /** An `x-amz-*` header, or the query parameter a presigned URL carries in its place. */
  amz(name: string): string | undefined {
    const header = this.headers.get(name);
    if (header !== undefined || HEADER_ONLY.has(name)) return header;
    return this.query.getIgnoringCase(name);
  }

  /** `x-amz-meta-*` without that prefix, from headers and from a presigned URL's query. */
  metadata(): Array<[name: string, value: string]> {
    const found = new Map<string, string>();
    const pairs = [...this.query.pairs, ...this.headers];
    for (const [name, value] of pairs) {
      const lower = name.toLowerCase();
      if (lower.startsWith('x-amz-meta-')) found.set(lower.slice('x-amz-meta-'.length), value);
    }
    return [...found];
  }

  /** Bytes the body is announced with, undefined without a Content-Length. */
  contentLength(): number | undefined {
    const value = this.headers.get('content-length');
    return value === undefined ? undefined : Number(value);
  }
}

function readHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = Buffer.from(raw[i + 1] as string, 'latin1').toString('utf8');
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
