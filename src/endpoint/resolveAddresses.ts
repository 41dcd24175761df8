import type { S3Client } from '@aws-sdk/client-s3';
import { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import { misconfigured } from './misconfigured.ts';
import type { ResolvedStore } from './resolveOptions.ts';

type EndpointProvider = S3Client['config']['endpointProvider'];
type Place = Pick<
  ResolvedStore,
  | 'bucket'
  | 'region'
  | 'endpoint'
  | 'publicEndpoint'
  | 'dualStack'
  | 'accelerate'
  | 'hosts'
  | 'forcePathStyle'
> & { profile: Pick<ResolvedStore['profile'], 'severalHosts'> };

export interface StoreAddresses {
  /** Where the server asks: of the store, without a bucket. */
  endpoint: string;
  /** Where the server asks for what is in the bucket, without a slash at the end. */
  ownUrl: URL;
  /** Where browsers send, as many as there are `hosts`: of the bucket, without a slash at the end; the best one first. */
  bucketUrls: readonly [URL, ...URL[]];
}

const FIXED = { UseFIPS: false, UseGlobalEndpoint: false };

/**
 * The addresses of a store and of a bucket in it, by the SDK's own rules.
 *
 * @throws BucketDropError `endpoint-misconfigured` for a bucket whose name does not fit such an address, and for more host
 *   names than the bucket has
 */
export function resolveAddresses(provider: EndpointProvider, place: Place): StoreAddresses {
  const { region, dualStack = false, forcePathStyle, hosts = 1 } = place;
  const plain = { ...FIXED, Region: region, ForcePathStyle: forcePathStyle, Accelerate: false };
  const endpoint = place.endpoint ?? provider({ ...plain, UseDualStack: dualStack }).url.href;
  const bucketAt = (Endpoint: string, byPath = forcePathStyle) =>
    tidy(
      provider({ ...plain, UseDualStack: false, ForcePathStyle: byPath, Endpoint, Bucket: place.bucket }).url,
    );
  try {
    const own = place.publicEndpoint ?? place.endpoint;
    const known = own === undefined ? namesAtAws(provider, place) : [bucketAt(own)];
    const further =
      typeof hosts === 'number'
        ? place.profile.severalHosts
          ? known.slice(1)
          : []
        : hosts.map((host) =>
            typeof host === 'string' ? bucketAt(host) : bucketAt(host.endpoint, host.forcePathStyle),
          );
    const count = typeof hosts === 'number' ? hosts : hosts.length + 1;
    const bucketUrls = distinct([known[0] as URL, ...further]);
    if (count > bucketUrls.length)
      throw misconfigured(
        `store.hosts: the bucket has ${bucketUrls.length} host name${bucketUrls.length === 1 ? '' : 's'} here, not ${count}`,
        "Name further addresses of the same store: `hosts: ['https://s3-2.example.com']`.",
      );
    return {
      endpoint,
      ownUrl: bucketAt(endpoint),
      bucketUrls: bucketUrls.slice(0, count) as [URL, ...URL[]],
    };
  } catch (cause) {
    if (isBucketDropError(cause)) throw cause;
    const message = cause instanceof Error ? cause.message : 'not accepted';
    throw new BucketDropError('endpoint-misconfigured', `createUploadEndpoint: store.bucket: ${message}`, {
      cause,
    });
  }
}

/** By IPv4 or by both, the one that was asked for first; then by path, which AWS would rather see the last of. */
function namesAtAws(provider: EndpointProvider, place: Place): URL[] {
  const { bucket: Bucket, region: Region, dualStack = false, accelerate: Accelerate = false } = place;
  const styles = Accelerate ? [false] : [place.forcePathStyle, !place.forcePathStyle];
  return styles.flatMap((ForcePathStyle) =>
    [dualStack, !dualStack].map((UseDualStack) =>
      tidy(provider({ ...FIXED, Region, Bucket, UseDualStack, Accelerate, ForcePathStyle }).url),
    ),
  );
}

/** A bucket with dots in its name has no host name of its own that a certificate would fit. */
function distinct(urls: readonly URL[]): URL[] {
  return urls.filter(({ host }, index) => urls.findIndex((other) => other.host === host) === index);
}

function tidy(url: URL): URL {
  return new URL(url.href.replace(/\/$/, ''));
}
