/**
 * What S3 itself limits.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
export const MIB = 1024 * 1024;
export const GIB = 1024 * MIB;

/** Every part but the last has at least this many bytes (EntityTooSmall otherwise). */
export const MIN_PART_SIZE_BYTES = 5 * MIB;
export const MAX_PART_SIZE_BYTES = 5 * GIB;
/** Part numbers run from 1 to this. */
export const MAX_PART_COUNT = 10_000;
/** 48.8 TiB: as many parts as there may be, each as large as it may be. */
export const MAX_OBJECT_SIZE_BYTES = MAX_PART_COUNT * MAX_PART_SIZE_BYTES;
/** The most that one PUT or one POST form may carry. */
export const MAX_SINGLE_REQUEST_BYTES = 5 * GIB;
/** An object key has at most this many bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;
/** Names and values of all `x-amz-meta-*` together. */
export const MAX_USER_METADATA_BYTES = 2048;

/** 7 days: S3 signs no URL for longer. */
export const MAX_URL_LIFE_SECONDS = 7 * 24 * 3600;

/** What the endpoint takes in one call. */
export const MAX_FILES_PER_CALL = 100;
export const MAX_PARTS_PER_CALL = 1_000;
