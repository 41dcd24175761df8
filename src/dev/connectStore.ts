import { S3Client } from '@aws-sdk/client-s3';
import type { DemoStore } from './DemoStore.ts';

/** The SDK's client for a demo's bucket, quick to say that nobody answers. */
export function connectStore(store: DemoStore): S3Client {
  return new S3Client({
    region: store.region,
    ...(store.endpoint === undefined ? {} : { endpoint: store.endpoint }),
    forcePathStyle: store.forcePathStyle ?? store.endpoint !== undefined,
    credentials: {
      accessKeyId: store.accessKeyId,
      secretAccessKey: store.secretAccessKey,
      ...(store.sessionToken === undefined ? {} : { sessionToken: store.sessionToken }),
    },
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  });
}
