import { S3Error } from '../S3Error.ts';
import { percentDecode } from './percentEncoding.ts';

/** Where a request is aimed. */
export interface Target {
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for a bucket. */
  readonly key: string;
  /** The whole decoded path, which the signature covers (with the bucket in path style only). */
  readonly path: string;
  readonly query: Query;
}

const MAX_KEY_BYTES = 1024;

/** A query string's decoded pairs in the order they came. */
export class Query {
  readonly pairs: ReadonlyArray<readonly [name: string, value: string]>;

  constructor(text: string) {
    this.pairs = text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=');
        const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
        return [decodeField(name), decodeField(value)];
      });
  }

  has(name: string): boolean {
    return this.pairs.some(([key]) => key === name);
  }

  get(name: string): string | undefined {
    return this.pairs.find(([key]) => key === name)?.[1];
  }

  /** The same, whatever the case of the name, as S3 takes `X-Amz-*`. */
  getIgnoringCase(name: string): string | undefined {
    return this.pairs.find(([key]) => key.toLowerCase() === name)?.[1];
  }
}

/**
 * Reads bucket and key from a request line and its Host header: virtual-host style for `{bucket}.localhost` and
 * `{bucket}.s3.localhost`, path style for every other host.
 * @throws S3Error InvalidURI, KeyTooLongError (more than 1,024 bytes of UTF-8).
 */
export function parseTarget(url: string, host: string | undefined): Target {
  const at = url.indexOf('?');
  const query = new Query(at < 0 ? '' : url.slice(at + 1));
  const path = percentDecode(at < 0 ? url : url.slice(0, at));
  if (!path.startsWith('/')) throw new S3Error('InvalidURI');
  const hostBucket = bucketOfHost(host);
  const slash = path.indexOf('/', 1);
  const bucket = hostBucket ?? (slash < 0 ? path.slice(1) : path.slice(1, slash));
  const key = hostBucket !== undefined ? path.slice(1) : slash < 0 ? '' : path.slice(slash + 1);
  assertKey(key);
  return { bucket, key, path, query };
}

/** @throws S3Error for a key that S3 does not take. */
export function assertKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', undefined, { Size: size, MaxSizeAllowed: MAX_KEY_BYTES });
  }
  if (key.includes('\0')) throw new S3Error('InvalidURI');
}

function bucketOfHost(host: string | undefined): string | undefined {
  const name = /^([a-z0-9][a-z0-9.-]{2,62}?)(?:\.s3)?\.localhost(?::\d+)?$/.exec((host ?? '').toLowerCase());
  return name?.[1];
}

function decodeField(text: string): string {
  return percentDecode(text.replaceAll('+', ' '));
}
