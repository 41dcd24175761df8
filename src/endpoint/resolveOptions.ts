import * as v from 'valibot';
import type { Completions } from './Completions.ts';
import type { Policies } from './findPolicy.ts';
import { type ResolvedLinks, resolveLinks } from './LinkPolicy.ts';
import { MemoryCompletions } from './MemoryCompletions.ts';
import { misconfigured } from './misconfigured.ts';
import { OptionsSchema } from './OptionsSchema.ts';
import { resolvePolicies } from './resolvePolicy.ts';
import { guessStoreProfile, isStoreProfileName, STORE_PROFILES, type StoreProfile } from './storeProfiles.ts';
import type {
  Authorize,
  CorsOptions,
  Dialect,
  EndpointUser,
  LogEntry,
  StoreCredentials,
  StoreOptions,
  UploadEndpointOptions,
} from './UploadEndpointOptions.ts';

const MIN_SECRET_BYTES = 32;

export interface ResolvedStore {
  bucket: string;
  region: string;
  endpoint: string | undefined;
  publicEndpoint?: string | undefined;
  dualStack?: boolean | undefined;
  accelerate?: boolean | undefined;
  hosts?: StoreOptions['hosts'];
  forcePathStyle: boolean;
  profile: StoreProfile;
  credentials: StoreCredentials | (() => Promise<StoreCredentials>);
}

type Hooks<User extends EndpointUser> = Pick<
  UploadEndpointOptions<User>,
  'rateLimit' | 'onCreate' | 'onUploaded'
>;
export interface ResolvedOptions<User extends EndpointUser> extends Policies<User>, Hooks<User> {
  store: ResolvedStore;
  /** The first signs, all verify. */
  secrets: readonly Uint8Array[];
  authorize: Authorize<User> | null;
  completions: Completions;
  links: ResolvedLinks<User>;
  dialects: ReadonlySet<Dialect>;
  cors: CorsOptions | null;
  now: () => number;
  log: (entry: LogEntry) => void;
}

/**
 * Checks what the site configured and fills in the defaults.
 *
 * @throws BucketDropError `endpoint-misconfigured`, naming the option and never its value.
 */
export function resolveOptions<User extends EndpointUser>(
  options: UploadEndpointOptions<User>,
): ResolvedOptions<User> {
  const checked = v.safeParse(OptionsSchema, options);
  if (!checked.success) {
    const [issue] = checked.issues;
    throw misconfigured(`${v.getDotPath(issue) ?? 'options'}: expected ${issue.expected ?? 'another value'}`);
  }
  if (options.authorize === undefined && options.anonymous !== true) {
    throw misconfigured(
      'there is no `authorize`',
      'Pass `authorize: async (request) => user or null`, or say `anonymous: true` if anyone may upload.',
    );
  }
  if (options.authorize !== undefined && options.anonymous !== undefined) {
    throw misconfigured('`authorize` and `anonymous` exclude each other');
  }
  const store = resolveStore(options.store);
  const now = options.now ?? Date.now;
  return {
    store,
    secrets: resolveSecrets(options.secret),
    authorize: options.authorize ?? null,
    ...resolvePolicies(options.uploads ?? {}, store.profile, options.anonymous === true),
    rateLimit: options.rateLimit,
    onCreate: options.onCreate,
    onUploaded: options.onUploaded,
    completions: options.completions ?? new MemoryCompletions(now),
    links: resolveLinks(options.links, options.anonymous === true),
    dialects: new Set(options.dialects),
    cors: resolveCors(options.cors),
    now,
    log: options.log ?? logErrors,
  };
}

function resolveStore(store: StoreOptions): ResolvedStore {
  if (store.endpoint !== undefined && (store.dualStack || store.accelerate))
    throw misconfigured(
      'store: `dualStack` and `accelerate` are of AWS alone, and `endpoint` of other stores',
    );
  if (store.accelerate && store.publicEndpoint !== undefined)
    throw misconfigured('store: `accelerate` and `publicEndpoint` exclude each other');
  const profile = resolveProfile(store);
  const { accessKeyId, secretAccessKey, sessionToken } = store;
  let credentials: ResolvedStore['credentials'];
  if (store.credentials !== undefined) {
    if (accessKeyId !== undefined || secretAccessKey !== undefined || sessionToken !== undefined) {
      throw misconfigured('store: `credentials` and `accessKeyId` exclude each other');
    }
    credentials = store.credentials;
  } else {
    if (accessKeyId === undefined || secretAccessKey === undefined) {
      throw misconfigured(
        'store: there are no credentials',
        'Pass `accessKeyId` and `secretAccessKey`, or a `credentials` function.',
      );
    }
    const { expiration } = store;
    credentials = {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(expiration === undefined ? {} : { expiration }),
    };
  }
  return {
    bucket: store.bucket,
    region: store.region,
    endpoint: store.endpoint,
    publicEndpoint: store.publicEndpoint,
    dualStack: store.dualStack,
    accelerate: store.accelerate,
    hosts: store.hosts,
    forcePathStyle: store.forcePathStyle ?? profile.forcePathStyle,
    profile,
    credentials,
  };
}

function resolveProfile({ profile, endpoint }: StoreOptions): StoreProfile {
  if (typeof profile === 'object') return { ...STORE_PROFILES.generic, ...profile };
  return STORE_PROFILES[isStoreProfileName(profile) ? profile : guessStoreProfile(endpoint)];
}

function resolveSecrets(secret: UploadEndpointOptions['secret']): readonly Uint8Array[] {
  const isOne = typeof secret === 'string' || secret instanceof Uint8Array;
  return (isOne ? [secret] : secret).map(resolveSecret);
}

function resolveSecret(secret: string | Uint8Array): Uint8Array {
  const raw = typeof secret === 'string' ? new TextEncoder().encode(secret) : Uint8Array.from(secret);
  if (raw.byteLength < MIN_SECRET_BYTES) {
    throw misconfigured(
      `secret: needs ${MIN_SECRET_BYTES} bytes or more, has ${raw.byteLength}`,
      'Make one with `openssl rand -base64 48` and keep it out of the repository.',
    );
  }
  return raw;
}

function resolveCors(cors: CorsOptions | undefined): CorsOptions | null {
  if (cors === undefined) return null;
  if (cors.origins === '*') {
    if (cors.credentials === true) {
      throw misconfigured("cors: `credentials` need named origins; browsers refuse them with '*'");
    }
    return cors;
  }
  for (const origin of cors.origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw misconfigured(
        `cors.origins: ${JSON.stringify(origin)} is no origin`,
        'Write it as a browser does: scheme, host and port, no path, no slash at the end.',
      );
    }
  }
  return cors;
}

function logErrors(entry: LogEntry): void {
  if (entry.level === 'error') console.error('[bucketdrop]', entry);
}
