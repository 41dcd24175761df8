import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { connectStore } from './connectStore.ts';
import type { DemoStore } from './DemoStore.ts';
import { DevError } from './DevError.ts';

const place = (store: DemoStore) => store.endpoint ?? `AWS, region ${store.region}`;

/** What stands in the way, from the error that the SDK threw. */
function explain(store: DemoStore, error: unknown): string {
  const { name, message, $metadata, $response } = error as {
    name: string;
    message: string;
    $metadata?: { httpStatusCode?: number };
    $response?: { headers?: Record<string, string> };
  };
  const endpoint = store.endpoint ? ` --endpoint-url ${store.endpoint}` : '';
  const status = $metadata?.httpStatusCode;
  switch (status) {
    case undefined:
      return `Nobody answers at ${place(store)} (${message || name}).\nCheck AWS_ENDPOINT_URL_S3 and that the store is running.`;
    case 301:
      return (
        `The bucket "${store.bucket}" is in the region ${$response?.headers?.['x-amz-bucket-region'] ?? 'of another name'}, ` +
        `not in ${store.region}. Set AWS_REGION to it.`
      );
    case 404:
      return (
        `There is no bucket "${store.bucket}" at ${place(store)}. Make it:\n\n` +
        `  aws s3api create-bucket --bucket ${store.bucket}${endpoint}`
      );
    case 400:
    case 401:
    case 403:
      return (
        `${place(store)} does not let these credentials see the bucket "${store.bucket}" (${name}).\n` +
        'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and BUCKETDROP_BUCKET.'
      );
    default:
      return `${place(store)} answered ${status} when it was asked for the bucket "${store.bucket}" (${name}).`;
  }
}

/**
 * Asks for the bucket.
 * @throws DevError that says what to do when it is missing, not ours to use, or not reachable.
 */
export async function checkBucket(store: DemoStore, client: S3Client = connectStore(store)): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: store.bucket }));
  } catch (error) {
    throw new DevError(explain(store, error));
  }
}
