import * as v from 'valibot';
import { BucketDropError } from '../protocol/BucketDropError.ts';
import { MIB } from '../protocol/limits.ts';
import { findKeyFault } from './findKeyFault.ts';
import { parseAllowedTypes, type TypeRule } from './isTypeAllowed.ts';
import { type ResolvedLinks, resolveLinks } from './LinkPolicy.ts';
import { OptionsSchema } from './OptionsSchema.ts';
import { guessStoreProfile, isStoreProfileName, STORE_PROFILES, type StoreProfile } from './storeProfiles.ts';
import type {
  Authorize,
  CorsOptions,
  EndpointUser,
  FinishedUpload,
  LogEntry,
  StoreCredentials,
  StoreOptions,
  UploadEndpointOptions,
  UploadPolicy,
} from './UploadEndpointOptions.ts';

const MIN_SECRET_BYTES = 32;
const DAY_SECONDS = 24 * 3600;

export interface ResolvedPolicy<User extends EndpointUser> {
  minFileSizeBytes: number | null;
  maxFileSizeBytes: number | null;
  maxFileCount: number | null;
  allowedTypes: readonly TypeRule[] | null;
  prefix: string;
  key: UploadPolicy<User>['key'];
  metadata: UploadPolicy<User>['metadata'];
  partSizeBytes: number | null;
  singleRequestMaxBytes: number;
  urlExpiresInSeconds: number;
  ticketExpiresInSeconds: { single: number; multipart: number };
}

export interface ResolvedStore {
  bucket: string;
  region: string;
  endpoint: string | undefined;
  forcePathStyle: boolean;
  profile: StoreProfile;
  credentials: StoreCredentials | (() => Promise<StoreCredentials>);
}

export interface ResolvedOptions<User extends EndpointUser> {
  store: ResolvedStore;
  secret: Uint8Array;
  authorize: Authorize<User> | null;
  uploads: ResolvedPolicy<User>;
  links: ResolvedLinks<User>;
  onUploaded: ((upload: FinishedUpload<User>) => unknown) | null;
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
  return {
    store,
    secret: resolveSecret(options.secret),
    authorize: options.authorize ?? null,
    uploads: resolvePolicy(options.uploads ?? {}, store.profile),
    links: resolveLinks(options.links, options.anonymous === true),
    onUploaded: options.onUploaded ?? null,
    cors: resolveCors(options.cors),
    now: options.now ?? Date.now,
    log: options.log ?? logErrors,
  };
}

function resolveStore(store: StoreOptions): ResolvedStore {
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
    forcePathStyle: store.forcePathStyle ?? profile.forcePathStyle,
    profile,
    credentials,
  };
}

function resolveProfile({ profile, endpoint }: StoreOptions): StoreProfile {
  if (typeof profile === 'object') return { ...STORE_PROFILES.generic, ...profile };
  return STORE_PROFILES[isStoreProfileName(profile) ? profile : guessStoreProfile(endpoint)];
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

function resolvePolicy<User extends EndpointUser>(
  uploads: UploadPolicy<User>,
  profile: StoreProfile,
): ResolvedPolicy<User> {
  const { minFileSizeBytes = null, maxFileSizeBytes = null, partSizeBytes = null, prefix = '' } = uploads;
  const largestSingle = profile.maxSingleRequestBytes;
  const singleRequestMaxBytes = uploads.singleRequestMaxBytes ?? Math.min(16 * MIB, largestSingle);
  if (minFileSizeBytes !== null && maxFileSizeBytes !== null && minFileSizeBytes > maxFileSizeBytes) {
    throw misconfigured('uploads.minFileSizeBytes is larger than uploads.maxFileSizeBytes');
  }
  if (singleRequestMaxBytes > largestSingle) {
    throw misconfigured(`uploads.singleRequestMaxBytes: this store takes at most ${largestSingle} bytes`);
  }
  const { minPartSizeBytes: least, maxPartSizeBytes: most } = profile;
  if (partSizeBytes !== null && (partSizeBytes < least || partSizeBytes > most)) {
    throw misconfigured(`uploads.partSizeBytes: this store's parts have ${least} to ${most} bytes`);
  }
  // Any text may follow a prefix, so it is judged together with some.
  const fault = findKeyFault(`${prefix}x`, profile);
  if (fault !== null) throw misconfigured(`uploads.prefix: ${fault}`);
  const allowedTypes = uploads.allowedTypes === undefined ? null : parseAllowedTypes(uploads.allowedTypes);
  const faulty = allowedTypes?.find((rule) => rule.kind === 'faulty');
  if (faulty !== undefined) {
    throw misconfigured(
      `uploads.allowedTypes: ${JSON.stringify(faulty.text)} is no MIME type and no .extension`,
    );
  }
  return {
    minFileSizeBytes,
    maxFileSizeBytes,
    maxFileCount: uploads.maxFileCount ?? null,
    allowedTypes,
    prefix,
    key: uploads.key,
    metadata: uploads.metadata,
    partSizeBytes,
    singleRequestMaxBytes,
    urlExpiresInSeconds: uploads.urlExpiresInSeconds ?? 900,
    ticketExpiresInSeconds: {
      single: uploads.ticketExpiresInSeconds ?? DAY_SECONDS,
      multipart: uploads.ticketExpiresInSeconds ?? 7 * DAY_SECONDS,
    },
  };
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

function misconfigured(message: string, hint?: string): BucketDropError<'endpoint-misconfigured'> {
  return new BucketDropError(
    'endpoint-misconfigured',
    `createUploadEndpoint: ${message}`,
    hint === undefined ? {} : { hint },
  );
}
