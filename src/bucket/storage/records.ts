import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../checksum/ChecksumAlgorithm.ts';

/** Names and values in order; a list and no object, for the names come from outside. */
export type Pairs = ReadonlyArray<readonly [name: string, value: string]>;

/** A run of bytes in a file of its own. */
export interface Segment {
  readonly blob: string;
  readonly size: number;
}

/** What an upload says about its object beside the bytes. */
export interface ObjectAttributes {
  /** Answered again with the object: content-type, cache-control, … in lower case. */
  readonly headers: Pairs;
  /** Without `x-amz-meta-`. */
  readonly metadata: Pairs;
  readonly tags: Pairs;
  /** Encryption and storage class, by the names of their headers; none in records of an earlier version. */
  readonly storedAs?: Pairs;
  /** The canned ACL. */
  readonly acl?: string;
}

/** A checksum as it is reported; of a composite one the value ends in `-{parts}`. */
export interface ObjectChecksum extends Checksum {
  readonly type: ChecksumType;
}

/** A stored object. */
export interface ObjectRecord extends ObjectAttributes {
  readonly key: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  readonly segments: readonly Segment[];
  readonly checksum?: ObjectChecksum;
  /** The multipart upload it came from: its segments are the parts. */
  readonly uploadId?: string;
}

/** A stored part of an unfinished multipart upload. */
export interface PartRecord extends Segment {
  readonly partNumber: number;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModified: number;
  readonly checksum?: Checksum;
}

/** How the checksum of a multipart upload is made. */
export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
}

/** An unfinished multipart upload. */
export interface UploadRecord extends ObjectAttributes {
  readonly uploadId: string;
  readonly key: string;
  readonly initiated: number;
  readonly checksum?: UploadChecksum;
}
