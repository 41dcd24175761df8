import { BucketDropError } from '../protocol/BucketDropError.ts';

/** What `createUploadEndpoint` says of options that it cannot work with. */
export function misconfigured(message: string, hint?: string): BucketDropError<'endpoint-misconfigured'> {
  return new BucketDropError(
    'endpoint-misconfigured',
    `createUploadEndpoint: ${message}`,
    hint === undefined ? {} : { hint },
  );
}
