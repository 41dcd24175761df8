import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import { ask, type BenchClient } from './BenchClient.ts';
import { uploadWith } from './uploadWith.ts';

interface SignedRequest {
  url: string;
  key: string;
  fields?: Record<string, string>;
}

/**
 * The stock plugin of Uppy 6 with `signRequest`: one file's parts go one after another, each signed in a call of its
 * own.
 *
 * @param call `sign` for presigned PUTs; `sign-form` for POST forms, which the plugin takes too
 */
export function stockClient(call: 'sign' | 'sign-form'): BenchClient {
  return ({ api, partSizeBytes, lanes }) => {
    const uppy = new Uppy().use(AwsS3, {
      limit: lanes,
      shouldUseMultipart: (file) => (file.size ?? 0) > partSizeBytes,
      getChunkSize: () => partSizeBytes,
      generateObjectKey: (file) => file.name ?? '',
      signRequest: (request) => ask<SignedRequest>(`${api}/${call}`, request),
    });
    return (files) => uploadWith(uppy, files);
  };
}
