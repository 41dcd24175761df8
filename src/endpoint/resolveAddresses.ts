import type { S3Client } from '@aws-sdk/client-s3';
import { BucketDropError } from '../protocol/BucketDropError.ts';
import type { ResolvedStore } from './resolveOptions.ts';

type EndpointProvider = S3Client['config']['endpointProvider'];
type Place = Pick<
  ResolvedStore,
  'bucket' | 'region' | 'endpoint' | 'publicEndpoint' | 'dualStack' | 'accelerate' | 'forcePathStyle'
> & { profile: Pick<ResolvedStore['profile'], 'severalHosts'> };

export interface StoreAddresses {
  /** Where the server asks: of the store, without a bucket. */
  endpoint: string;
  /** Where browsers send: of the bucket, without a slash at the end; the best one first. */
  bucketUrls: readonly [URL, ...URL[]];
}

const FIXED = { UseFIPS: false, UseGlobalEndpoint: false };

/**
 * The addresses of a store and of a bucket in it, by the SDK's own rules.
 *
 * @throws BucketDropError `endpoint-misconfigured` for a bucket whose name does not fit such an address
 */
export function resolveAddresses(provider: EndpointProvider, place: Place): StoreAddresses {
  const { bucket, region, dualStack = false, accelerate = false, forcePathStyle } = place;
  const plain = { ...FIXED, Region: region, ForcePathStyle: forcePathStyle, Accelerate: false };
  const storeAt = (UseDualStack: boolean) => provider({ ...plain, UseDualStack }).url.href;
  const endpoint = place.endpoint ?? storeAt(dualStack);
  const bucketAt = (Endpoint: string, ForcePathStyle: boolean) =>
    provider({ ...plain, UseDualStack: false, ForcePathStyle, Endpoint, Bucket: bucket }).url;
  try {
    if (accelerate) {
      const { url } = provider({ ...plain, UseDualStack: dualStack, Accelerate: true, Bucket: bucket });
      return { endpoint, bucketUrls: [tidy(url)] };
    }
    const first = tidy(bucketAt(place.publicEndpoint ?? endpoint, forcePathStyle));
    const isAlone = !place.profile.severalHosts || (place.publicEndpoint ?? place.endpoint) !== undefined;
    const others = isAlone
      ? []
      : [dualStack, !dualStack].flatMap((stack) =>
          [forcePathStyle, !forcePathStyle].map((byPath) => tidy(bucketAt(storeAt(stack), byPath))),
        );
    return { endpoint, bucketUrls: [first, ...others.filter(({ host }) => host !== first.host)] };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'not accepted';
    throw new BucketDropError('endpoint-misconfigured', `createUploadEndpoint: store.bucket: ${message}`, {
      cause,
    });
  }
}

function tidy(url: URL): URL {
  return new URL(url.href.replace(/\/$/, ''));
}
