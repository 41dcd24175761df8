import type { Authentication } from '../auth/Claim.ts';
import type { Identity } from '../auth/Credentials.ts';
import type { S3Request } from '../http/S3Request.ts';
import type { Bucket, Store } from '../storage/Store.ts';

/** What every operation works with, before anybody's signature was looked at. */
export interface OpenContext {
  readonly request: S3Request;
  readonly store: Store;
  readonly identity: Identity;
  /** Bytes a part must have unless it is the last. */
  readonly minPartBytes: number;
  /** The request's body; to be taken once. */
  readonly body: () => AsyncIterable<Buffer>;
}

/** The same of a request whose signature is right. */
export interface Context extends OpenContext {
  readonly auth: Authentication;
}

/** The bucket of a request. @throws S3Error NoSuchBucket. */
export function bucketOf({ store, request }: OpenContext): Bucket {
  return store.get(request.bucket);
}
