import { EndpointError } from './EndpointError.ts';
import { storeErrorName } from './explainStoreError.ts';

/** True if the store no longer knows a multipart upload. Ceph says `NoSuchKey` of one that was aborted. */
export function isUploadGone(error: unknown): boolean {
  const name = storeErrorName(error);
  return name === 'NoSuchUpload' || name === 'NoSuchKey' || name === 'NotFound';
}

export function uploadGone(cause: unknown): EndpointError {
  return new EndpointError('upload-gone', 'the bucket no longer knows this upload', undefined, { cause });
}
