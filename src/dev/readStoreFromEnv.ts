import { fromEnv } from '../endpoint/fromEnv.ts';
import { isBucketDropError } from '../protocol/BucketDropError.ts';
import type { DemoStore } from './DemoStore.ts';
import { DevError } from './DevError.ts';

type Env = Readonly<Record<string, string | undefined>>;

const REQUIRED = ['BUCKETDROP_BUCKET', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

/**
 * The store that the environment names, in the AWS SDK's own variables; undefined where it names neither a bucket
 * nor a store, so that the demo brings its own. Credentials alone name none: many people have them set all day.
 * @throws DevError if it names one by halves, saying which variables are missing or wrong.
 */
export function readStoreFromEnv(env: Env): DemoStore | undefined {
  if (!env.BUCKETDROP_BUCKET && !env.AWS_ENDPOINT_URL_S3) return undefined;
  const missing = REQUIRED.filter((name) => !env[name]);
  if (missing.length > 0)
    throw new DevError(
      `To run on your own store, set ${missing.join(', ')} too.\n` +
        'To run on the local bucket that the demo brings along, unset BUCKETDROP_BUCKET and AWS_ENDPOINT_URL_S3.',
    );
  const endpoint = env.AWS_ENDPOINT_URL_S3;
  if (endpoint && !(/^https?:\/\//i.test(endpoint) && URL.canParse(endpoint)))
    throw new DevError(
      `AWS_ENDPOINT_URL_S3 is "${endpoint}"; it has to be a URL such as https://s3.example.com`,
    );
  try {
    // the secret is the endpoint's own matter, and not read here
    return fromEnv(env, { anonymous: true, secret: '' }).store as DemoStore;
  } catch (error) {
    throw isBucketDropError(error) ? new DevError(error.message) : error;
  }
}
