import * as v from 'valibot';
import { MAX_OBJECT_SIZE_BYTES, MAX_URL_LIFE_SECONDS } from '../protocol/limits.ts';
import { STORE_PROFILES } from './storeProfiles.ts';
import type { CannedAcl } from './UploadPolicy.ts';

const MAX_HOSTS = 16;
const TEN_YEARS_SECONDS = 10 * 365 * 24 * 3600;

const CANNED_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const satisfies readonly CannedAcl[];

const text = v.pipe(v.string(), v.nonEmpty());
const aFunction = v.custom<(...args: never[]) => unknown>((value) => typeof value === 'function');
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_OBJECT_SIZE_BYTES));
const address = v.pipe(v.string(), v.url(), v.regex(/^https?:/i));
const host = v.union([
  address,
  v.strictObject({ endpoint: address, forcePathStyle: v.optional(v.boolean()) }),
]);
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const seconds = v.pipe(positive, v.maxValue(TEN_YEARS_SECONDS));
const urlLife = v.pipe(seconds, v.maxValue(MAX_URL_LIFE_SECONDS));
const allowed = v.optional(v.union([v.boolean(), aFunction]));

const secret = v.union([v.string(), v.instance(Uint8Array)]);
const texts = v.record(v.string(), v.string());

const rules = {
  minFileSizeBytes: v.nullish(bytes),
  maxFileSizeBytes: v.nullish(bytes),
  maxFileCount: v.nullish(positive),
  allowedTypes: v.nullish(v.pipe(v.array(text), v.minLength(1))),
  prefix: v.optional(v.string()),
  key: v.optional(aFunction),
  metadata: v.optional(v.union([v.array(text), aFunction])),
  tags: v.optional(v.union([aFunction, texts])),
  storageClass: v.optional(v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{0,63}$/))),
  encryption: v.optional(
    v.variant('algorithm', [
      v.strictObject({ algorithm: v.literal('AES256') }),
      v.strictObject({
        algorithm: v.picklist(['aws:kms', 'aws:kms:dsse']),
        keyId: v.optional(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,2048}$/))),
        context: v.optional(texts),
        bucketKey: v.optional(v.boolean()),
      }),
    ]),
  ),
  cacheControl: v.optional(text),
  contentDisposition: v.nullish(v.union([text, aFunction])),
  acl: v.optional(v.picklist(CANNED_ACLS)),
  noOverwrite: v.optional(v.boolean()),
  partSizeBytes: v.optional(positive),
  singleRequestMaxBytes: v.optional(bytes),
  urlExpiresInSeconds: v.optional(v.pipe(seconds, v.maxValue(MAX_URL_LIFE_SECONDS))),
  ticketExpiresInSeconds: v.optional(seconds),
  quota: v.optional(aFunction),
};
/** As the protocol lets a browser name one. */
const kindName = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/** Strict at every level: a misspelt limit must not mean "no limit". */
export const OptionsSchema = v.strictObject({
  store: v.strictObject({
    // Looser than AWS: other stores, and old buckets, have capitals, underscores and longer names.
    bucket: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/)),
    region: text,
    endpoint: v.optional(address),
    publicEndpoint: v.optional(address),
    dualStack: v.optional(v.boolean()),
    accelerate: v.optional(v.boolean()),
    hosts: v.optional(
      v.union([v.pipe(positive, v.maxValue(MAX_HOSTS)), v.pipe(v.array(host), v.maxLength(MAX_HOSTS))]),
    ),
    forcePathStyle: v.optional(v.boolean()),
    profile: v.optional(v.union([v.picklist(Object.keys(STORE_PROFILES)), v.looseObject({ name: text })])),
    accessKeyId: v.optional(text),
    secretAccessKey: v.optional(text),
    sessionToken: v.optional(text),
    expiration: v.optional(v.date()),
    credentials: v.optional(aFunction),
  }),
  secret: v.union([secret, v.pipe(v.array(secret), v.minLength(1))]),
  authorize: v.optional(aFunction),
  anonymous: v.optional(v.literal(true)),
  uploads: v.optional(
    v.strictObject({ ...rules, kinds: v.optional(v.record(kindName, v.strictObject(rules))) }),
  ),
  links: v.optional(
    v.strictObject({
      download: allowed,
      preview: allowed,
      delete: allowed,
      fileName: v.optional(aFunction),
      expiresInSeconds: v.optional(urlLife),
      maxReceiptAgeSeconds: v.optional(seconds),
    }),
  ),
  rateLimit: v.optional(aFunction),
  onCreate: v.optional(aFunction),
  onUploaded: v.optional(aFunction),
  dialects: v.optional(v.array(v.picklist(['sign-request', 'companion']))),
  completions: v.optional(
    v.looseObject({ get: aFunction, put: aFunction, claim: aFunction, release: aFunction }),
  ),
  cors: v.optional(
    v.strictObject({
      origins: v.union([v.literal('*'), v.pipe(v.array(text), v.minLength(1))]),
      allowHeaders: v.optional(v.array(text)),
      credentials: v.optional(v.boolean()),
      maxAgeSeconds: v.optional(bytes),
    }),
  ),
  now: v.optional(aFunction),
  log: v.optional(aFunction),
});
