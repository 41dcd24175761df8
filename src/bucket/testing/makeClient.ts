import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { RunningBucket } from '../startBucket.ts';

/** The AWS SDK pointed at a running bucket: one attempt, and no checksums it was not asked for. */
export function makeClient(bucket: RunningBucket, config: S3ClientConfig = {}): S3Client {
  const { accessKeyId, secretAccessKey } = bucket;
  return new S3Client({
    endpoint: bucket.url,
    region: bucket.region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...config,
  });
}

/** A URL for one command, good for ten minutes. */
export const presign: typeof getSignedUrl = (client, command, options) =>
  getSignedUrl(client, command, { expiresIn: 600, ...options });

/** The `<Code>` of an error's XML. */
export function codeOf(xml: string): string | undefined {
  return /<Code>([^<]*)<\/Code>/.exec(xml)?.[1];
}
