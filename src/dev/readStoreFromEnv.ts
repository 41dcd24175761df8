import { isStoreProfileName, STORE_PROFILES } from '../endpoint/storeProfiles.ts';
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
  const endpoint = env.AWS_ENDPOINT_URL_S3 || undefined;
  if (endpoint !== undefined && !/^https?:\/\/[^/]/i.test(endpoint))
    throw new DevError(
      `AWS_ENDPOINT_URL_S3 is "${endpoint}"; it has to be a URL such as https://s3.example.com`,
    );
  const profile = env.BUCKETDROP_STORE || undefined;
  if (profile !== undefined && !isStoreProfileName(profile))
    throw new DevError(
      `BUCKETDROP_STORE is "${profile}"; it has to be one of ${Object.keys(STORE_PROFILES).join(', ')}`,
    );
  return {
    bucket: env.BUCKETDROP_BUCKET ?? '',
    region: env.AWS_REGION ?? '',
    endpoint,
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: env.AWS_SESSION_TOKEN || undefined,
    forcePathStyle: readBoolean(env, 'BUCKETDROP_FORCE_PATH_STYLE'),
    profile,
  };
}

function readBoolean(env: Env, name: string): boolean | undefined {
  const value = env[name];
  if (!value) return undefined;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new DevError(`${name} is "${value}"; it has to be true or false`);
}
