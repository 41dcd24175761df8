import {
  MAX_KEY_BYTES,
  MAX_PART_SIZE_BYTES,
  MAX_SINGLE_REQUEST_BYTES,
  MIN_PART_SIZE_BYTES,
} from '../protocol/limits.ts';
import type { ChecksumAlgorithm } from '../protocol/messages.ts';

/**
 * What a store verifies of the bytes that arrive. A file of one request comes with its MD5: a PUT has `Content-MD5`, and
 * where the ETag is the MD5, it is compared as well. Parts have an MD5, or a CRC (CRC32, CRC32C, CRC64NVME); those make
 * one checksum of the whole object (`FULL_OBJECT`).
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export interface StoreChecksums {
  parts: ChecksumAlgorithm;
  /**
   * The store tells what it got of a part that comes without its checksum, so that no part has to be hashed before it is
   * signed and sent: the CRC that it makes of each part of a `FULL_OBJECT` upload, which it keeps and compares when the
   * upload is completed; or the MD5 that is the part's ETag.
   */
  partsTold: boolean;
  /** A form's `Content-MD5` is known to the store, whether it verifies it or not. */
  formField: boolean;
  /** The ETag of an object that came in one request, unencrypted, is its MD5. */
  etagIsMd5: boolean;
}

/** What a store keeps or heeds of what is said of an object beside its bytes. What it does not, it drops in silence. */
export interface StoreAttributes {
  /** `If-None-Match: *` keeps an object from being replaced: by a PUT, by CompleteMultipartUpload as well, or not at all. */
  ifNoneMatch: 'none' | 'put' | 'put-and-complete';
  /** A form's `Cache-Control` and `Content-Disposition`. */
  formHeaders: boolean;
  /** Tags that come with CreateMultipartUpload. */
  multipartTags: boolean;
  /** CompleteMultipartUpload is refused when its parts have not the size that `x-amz-mp-object-size` says. */
  completeSize: boolean;
}

/** What one kind of store can do, as data: the code never asks which store it is. */
export interface StoreProfile {
  name: string;
  /**
   * How a file that fits one request travels. A POST form goes to the bucket's one URL, so that a single preflight
   * serves all files; a PUT costs one preflight for each.
   */
  singleRequest: 'post' | 'put';
  /** `https://host/bucket/key` unless the options say otherwise. */
  forcePathStyle: boolean;
  /** A bucket has several host names, and a browser opens six connections to each. */
  severalHosts: boolean;
  minPartSizeBytes: number;
  maxPartSizeBytes: number;
  maxSingleRequestBytes: number;
  /** Of UTF-8. */
  maxKeyBytes: number;
  /** The longest stretch of a key between two slashes, in bytes of UTF-8. */
  maxKeySegmentBytes: number;
  checksums: StoreChecksums;
  attributes: StoreAttributes;
}

const s3: StoreProfile = {
  name: 'aws',
  singleRequest: 'post',
  forcePathStyle: false,
  severalHosts: true,
  minPartSizeBytes: MIN_PART_SIZE_BYTES,
  maxPartSizeBytes: MAX_PART_SIZE_BYTES,
  maxSingleRequestBytes: MAX_SINGLE_REQUEST_BYTES,
  maxKeyBytes: MAX_KEY_BYTES,
  maxKeySegmentBytes: MAX_KEY_BYTES,
  checksums: { parts: 'crc32', partsTold: true, formField: true, etagIsMd5: true },
  attributes: { ifNoneMatch: 'put-and-complete', formHeaders: true, multipartTags: true, completeSize: true },
};
/** What stores have that were built to AWS's interface, at one address. */
const likeS3: StoreProfile = { ...s3, forcePathStyle: true, severalHosts: false };
/** Of stores whose documents say it of PUT alone. */
const PUT_ONLY: StoreAttributes = { ...s3.attributes, ifNoneMatch: 'put', completeSize: false };
/**
 * Every store has verified `Content-MD5` since the beginning; CRC32 and forms are newer, and differ. What a part's ETag
 * is, most documents do not say.
 */
const MD5_ONLY: StoreChecksums = { parts: 'md5', partsTold: false, formField: false, etagIsMd5: true };

/**
 * No profile says anything of ETags: the endpoint always takes the one that HEAD reports, because Ceph 16 answers
 * Complete with an empty one.
 */
export const STORE_PROFILES = {
  aws: s3,
  /** Keeps a key's segments as file names. https://min.io/docs/minio/linux/operations/concepts/thresholds.html */
  minio: {
    ...likeS3,
    name: 'minio',
    maxKeySegmentBytes: 255,
    checksums: MD5_ONLY,
    attributes: PUT_ONLY,
  },
  /**
   * The gateway puts up to 100 bytes of its own around a key (bucket marker, upload id, part number), and a cluster whose
   * `osd_max_object_name_len` is 1024 answers 500 to longer ones.
   */
  ceph: {
    ...likeS3,
    name: 'ceph',
    maxKeyBytes: 900,
    maxKeySegmentBytes: 900,
    // Accepts x-amz-checksum-* and ignores it; takes a form's Content-MD5 and does not compare it.
    checksums: { parts: 'md5', partsTold: true, formField: true, etagIsMd5: true },
    attributes: { ifNoneMatch: 'put', formHeaders: false, multipartTags: false, completeSize: false },
  },
  /** No POST policy; one request carries 5 MiB less than 5 GiB. https://developers.cloudflare.com/r2/platform/limits/ */
  r2: {
    ...likeS3,
    name: 'r2',
    singleRequest: 'put',
    maxSingleRequestBytes: MAX_SINGLE_REQUEST_BYTES - MIN_PART_SIZE_BYTES,
    checksums: MD5_ONLY,
    attributes: PUT_ONLY,
  },
  /**
   * No POST forms, no tags, no conditional writes; its parts have five million bytes, which ours always have.
   * https://www.backblaze.com/docs/cloud-storage-s3-compatible-api, https://www.backblaze.com/docs/cloud-storage-files
   */
  b2: {
    ...likeS3,
    name: 'b2',
    singleRequest: 'put',
    maxPartSizeBytes: 5_000_000_000,
    maxSingleRequestBytes: 5_000_000_000,
    maxKeySegmentBytes: 250,
    checksums: MD5_ONLY,
    attributes: { ifNoneMatch: 'none', formHeaders: false, multipartTags: false, completeSize: false },
  },
  /**
   * Google's XML API with an HMAC key. It takes AWS's signatures and the headers that have a twin of Google's; forms are
   * signed in Google's own way, and ETags are promised to be nothing in particular.
   * https://cloud.google.com/storage/docs/aws-simple-migration, https://cloud.google.com/storage/docs/multipart-uploads
   */
  gcs: {
    ...likeS3,
    name: 'gcs',
    singleRequest: 'put',
    checksums: { ...MD5_ONLY, etagIsMd5: false },
    attributes: { ifNoneMatch: 'none', formHeaders: false, multipartTags: false, completeSize: false },
  },
  /** What every S3-compatible store takes: a presigned PUT, and keys that the strictest of the others would take. */
  generic: {
    ...likeS3,
    name: 'generic',
    singleRequest: 'put',
    maxKeyBytes: 900,
    maxKeySegmentBytes: 255,
    checksums: { ...MD5_ONLY, etagIsMd5: false },
    attributes: { ifNoneMatch: 'none', formHeaders: false, multipartTags: false, completeSize: false },
  },
  local: { ...likeS3, name: 'local' },
} as const satisfies Record<string, StoreProfile>;

export type StoreProfileName = keyof typeof STORE_PROFILES;

/** Own properties only. */
export function isStoreProfileName(value: unknown): value is StoreProfileName {
  return typeof value === 'string' && Object.hasOwn(STORE_PROFILES, value);
}

/** The profile for an endpoint that came without one: `undefined` stands for AWS. */
export function guessStoreProfile(endpoint: string | undefined): StoreProfileName {
  if (endpoint === undefined) return 'aws';
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : '';
  if (/(^|\.)amazonaws\.com(\.cn)?$/.test(host)) return 'aws';
  if (/(^|\.)r2\.cloudflarestorage\.com$/.test(host)) return 'r2';
  if (/(^|\.)backblazeb2\.com$/.test(host)) return 'b2';
  if (/(^|\.)storage\.googleapis\.com$/.test(host)) return 'gcs';
  return 'generic';
}
