import { MIB } from '../protocol/limits.ts';
import { headerFault, tagFault } from './attributeFaults.ts';
import type { EndpointUser } from './EndpointUser.ts';
import { findKeyFault } from './findKeyFault.ts';
import { parseAllowedTypes, type TypeRule } from './isTypeAllowed.ts';
import { misconfigured } from './misconfigured.ts';
import type { StoreProfile } from './storeProfiles.ts';
import type { UploadPolicy, UploadRules } from './UploadPolicy.ts';

const DAY_SECONDS = 24 * 3600;
/** Where anyone may upload, somebody will upload anything. What a browser opens is not to be shown from the bucket's host. */
const ANONYMOUS: UploadRules = {
  maxFileSizeBytes: 25 * MIB,
  maxFileCount: 10,
  urlExpiresInSeconds: 300,
  ticketExpiresInSeconds: 3600,
  contentDisposition: 'attachment',
};

type Attributes = 'tags' | 'storageClass' | 'encryption' | 'cacheControl' | 'contentDisposition' | 'acl';
export interface ResolvedPolicy<User extends EndpointUser>
  extends Pick<UploadRules<User>, 'key' | 'metadata' | 'quota' | Attributes> {
  minFileSizeBytes: number | null;
  maxFileSizeBytes: number | null;
  maxFileCount: number | null;
  allowedTypes: readonly TypeRule[] | null;
  prefix: string;
  noOverwrite: boolean;
  partSizeBytes: number | null;
  singleRequestMaxBytes: number;
  urlExpiresInSeconds: number;
  ticketExpiresInSeconds: { single: number; multipart: number };
}

/**
 * The policy and its kinds, checked, each with its defaults.
 *
 * @throws BucketDropError `endpoint-misconfigured`
 */
export function resolvePolicies<User extends EndpointUser>(
  { kinds, ...around }: UploadPolicy<User>,
  profile: StoreProfile,
  isAnonymous: boolean,
) {
  const base = { ...(isAnonymous ? ANONYMOUS : {}), ...given(around) } as UploadRules<User>;
  const names = Object.entries(kinds ?? {}).map(
    ([name, rules]) =>
      [name, resolveRules({ ...base, ...given(rules) }, profile, `uploads.kinds.${name}.`)] as const,
  );
  return {
    uploads: resolveRules(base, profile, 'uploads.'),
    kinds: kinds === undefined ? null : new Map(names),
  };
}

/** An option given as undefined is one that was left out. */
function given<Rules extends object>(rules: Rules): Partial<Rules> {
  return Object.fromEntries(
    Object.entries(rules).filter(([, value]) => value !== undefined),
  ) as Partial<Rules>;
}

function resolveRules<User extends EndpointUser>(
  rules: UploadRules<User>,
  profile: StoreProfile,
  at: string,
): ResolvedPolicy<User> {
  const { minFileSizeBytes = null, maxFileSizeBytes = null, partSizeBytes = null, prefix = '' } = rules;
  const largestSingle = profile.maxSingleRequestBytes;
  const singleRequestMaxBytes = rules.singleRequestMaxBytes ?? Math.min(16 * MIB, largestSingle);
  if (minFileSizeBytes !== null && maxFileSizeBytes !== null && minFileSizeBytes > maxFileSizeBytes) {
    throw misconfigured(`${at}minFileSizeBytes is larger than ${at}maxFileSizeBytes`);
  }
  if (singleRequestMaxBytes > largestSingle) {
    throw misconfigured(`${at}singleRequestMaxBytes: this store takes at most ${largestSingle} bytes`);
  }
  const { minPartSizeBytes: least, maxPartSizeBytes: most } = profile;
  if (partSizeBytes !== null && (partSizeBytes < least || partSizeBytes > most)) {
    throw misconfigured(`${at}partSizeBytes: this store's parts have ${least} to ${most} bytes`);
  }
  // Any text may follow a prefix, so it is judged together with some.
  const fault = findKeyFault(`${prefix}x`, profile);
  if (fault !== null) throw misconfigured(`${at}prefix: ${fault}`);
  checkAttributes(rules, profile, at);
  const { key, metadata, quota, tags, storageClass, encryption, cacheControl, contentDisposition, acl } =
    rules;
  return {
    minFileSizeBytes,
    maxFileSizeBytes,
    maxFileCount: rules.maxFileCount ?? null,
    allowedTypes: resolveTypes(rules.allowedTypes, at),
    prefix,
    partSizeBytes,
    singleRequestMaxBytes,
    ...{ key, metadata, quota, tags, storageClass, encryption, cacheControl, contentDisposition, acl },
    noOverwrite: rules.noOverwrite ?? false,
    urlExpiresInSeconds: rules.urlExpiresInSeconds ?? 900,
    ticketExpiresInSeconds: {
      single: rules.ticketExpiresInSeconds ?? DAY_SECONDS,
      multipart: rules.ticketExpiresInSeconds ?? 7 * DAY_SECONDS,
    },
  };
}

function resolveTypes(allowed: UploadRules['allowedTypes'], at: string): readonly TypeRule[] | null {
  const rules = allowed == null ? null : parseAllowedTypes(allowed);
  const faulty = rules?.find((rule) => rule.kind === 'faulty');
  if (faulty === undefined) return rules;
  throw misconfigured(`${at}allowedTypes: ${JSON.stringify(faulty.text)} is no MIME type and no .extension`);
}

function checkAttributes<User extends EndpointUser>(
  { cacheControl, contentDisposition, tags, noOverwrite }: UploadRules<User>,
  profile: StoreProfile,
  at: string,
): void {
  for (const [name, value] of Object.entries({ cacheControl, contentDisposition })) {
    const fault = typeof value === 'string' ? headerFault(value) : null;
    if (fault !== null) throw misconfigured(`${at}${name}: ${fault}`);
  }
  const fault = typeof tags === 'object' ? tagFault(tags) : null;
  if (fault !== null) throw misconfigured(`${at}tags: ${fault}`);
  if (noOverwrite === true && profile.attributes.ifNoneMatch === 'none') {
    throw misconfigured(
      `${at}noOverwrite: a ${profile.name} store is not known to heed If-None-Match, and would overwrite in silence`,
      'Name the store (`store.profile`), or leave the key to the endpoint: it is random and never taken.',
    );
  }
}
