import { BucketDropError } from '../protocol/BucketDropError.ts';
import { isStoreProfileName, STORE_PROFILES } from './storeProfiles.ts';
import type { EndpointUser, StoreOptions, UploadEndpointOptions } from './UploadEndpointOptions.ts';

/** `process.env`, or a Worker's `env`, in which there are also things that are no text. */
type Env = object;
type Overrides<User extends EndpointUser> =
  UploadEndpointOptions<User> extends infer Options
    ? Options extends unknown
      ? Omit<Options, 'store' | 'secret'> & {
          store?: Partial<StoreOptions>;
          secret?: UploadEndpointOptions['secret'];
        }
      : never
    : never;

/**
 * The endpoint's options from the AWS SDK's own variables: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
 * `AWS_SESSION_TOKEN`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3`; and `BUCKETDROP_BUCKET`, `BUCKETDROP_SECRET`,
 * `BUCKETDROP_FORCE_PATH_STYLE` (true or false), `BUCKETDROP_PUBLIC_ENDPOINT_URL`,
 * `BUCKETDROP_HOSTS` (how many, or addresses with commas between them), `BUCKETDROP_STORE` (a profile's name). What stands in `overrides` wins.
 *
 * @example
 * const endpoint = createUploadEndpoint(fromEnv(process.env, { authorize, uploads: { allowedTypes: ['image/*'] } }));
 *
 * @throws BucketDropError `endpoint-misconfigured`, naming the variable and never its value
 */
export function fromEnv<User extends EndpointUser = EndpointUser>(
  env: Env,
  overrides: Overrides<User>,
): UploadEndpointOptions<User> {
  const { store = {}, secret, ...rest } = overrides;
  const optional = (name: string): string | undefined => {
    const value = (env as Record<string, unknown>)[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const required = (name: string) => optional(name) ?? missing(name);
  const credentials =
    store.credentials === undefined
      ? {
          accessKeyId: store.accessKeyId ?? required('AWS_ACCESS_KEY_ID'),
          secretAccessKey: store.secretAccessKey ?? required('AWS_SECRET_ACCESS_KEY'),
          sessionToken: store.accessKeyId === undefined ? optional('AWS_SESSION_TOKEN') : store.sessionToken,
        }
      : { credentials: store.credentials };
  const place = {
    bucket: store.bucket ?? required('BUCKETDROP_BUCKET'),
    region: store.region ?? required('AWS_REGION'),
    endpoint: store.endpoint ?? optional('AWS_ENDPOINT_URL_S3'),
    publicEndpoint: store.publicEndpoint ?? optional('BUCKETDROP_PUBLIC_ENDPOINT_URL'),
    dualStack: store.dualStack,
    accelerate: store.accelerate,
    hosts: store.hosts ?? parseHosts(optional('BUCKETDROP_HOSTS')),
    forcePathStyle: store.forcePathStyle ?? parseFlag('BUCKETDROP_FORCE_PATH_STYLE', optional),
    profile: store.profile ?? parseProfile('BUCKETDROP_STORE', optional),
  };
  return {
    ...rest,
    store: { ...place, ...credentials },
    secret: secret ?? parseSecrets(required('BUCKETDROP_SECRET')),
  } as UploadEndpointOptions<User>;
}

/** Several with commas between them: the newest, which signs, and older ones, whose tickets are still under way. */
function parseSecrets(value: string): string | string[] {
  const secrets = value.split(',').map((one) => one.trim());
  return secrets.length === 1 ? value : secrets;
}

function parseHosts(value: string | undefined): StoreOptions['hosts'] {
  if (value === undefined || /^\d+$/.test(value)) return value === undefined ? undefined : Number(value);
  return value.split(',').map((one) => one.trim());
}

function parseFlag(name: string, read: (name: string) => string | undefined): boolean | undefined {
  const value = read(name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw misconfigured(`${name} has to be true or false`);
}

function parseProfile(name: string, read: (name: string) => string | undefined): StoreOptions['profile'] {
  const value = read(name);
  if (value === undefined || isStoreProfileName(value)) return value;
  throw misconfigured(`${name} has to be one of ${Object.keys(STORE_PROFILES).join(', ')}`);
}

function missing(name: string): never {
  throw misconfigured(`the environment variable ${name} is not set`);
}

function misconfigured(message: string): BucketDropError<'endpoint-misconfigured'> {
  return new BucketDropError('endpoint-misconfigured', message);
}
