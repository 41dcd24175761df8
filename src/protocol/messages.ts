import * as v from 'valibot';
import {
  MAX_FILES_PER_CALL,
  MAX_OBJECT_SIZE_BYTES,
  MAX_PART_COUNT,
  MAX_PART_SIZE_BYTES,
  MAX_PARTS_PER_CALL,
} from './limits.ts';

/**
 * The messages between browser and endpoint, as schemas that both sides check with. Requests are strict objects:
 * a field that nobody knows is an error of the caller. Answers are loose: a newer endpoint may say more.
 */
const sizeBytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_OBJECT_SIZE_BYTES));
const partNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PART_COUNT));
const partSizeBytes = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PART_SIZE_BYTES));
const shortText = (maxLength: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maxLength));
/** It binds metadata, tags and a name of 1,000 bytes, and that in Base64. */
export const ticket = shortText(16_384);
/** A kind of upload that the endpoint's policy names. */
const kind = shortText(64);
/** Printable ASCII: what else there is could not travel in XML, and the store would refuse the whole message. */
const etag = v.pipe(v.string(), v.regex(/^[!-~]{1,256}$/));
/** Base64 of the algorithm's bytes, as S3 writes it. */
const checksum = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{4,88}={0,2}$/));
const checksumAlgorithm = v.picklist(['crc32', 'crc32c', 'crc64nvme', 'md5']);
/** A CRC travels as `x-amz-checksum-crc32` and so on, `md5` as `Content-MD5`. */
export type ChecksumAlgorithm = v.InferOutput<typeof checksumAlgorithm>;
export const headers = v.record(v.string(), v.string());
export const expiresInSeconds = v.pipe(v.number(), v.minValue(0));
/** Origins that this browser cannot reach: nothing is signed for them as long as the bucket has another host name. */
const avoid = v.optional(v.pipe(v.array(shortText(300)), v.maxLength(16)));

export const ErrorBody = v.object({
  code: v.string(),
  message: v.string(),
  hint: v.optional(v.string()),
});
export const ErrorAnswer = v.object({ error: ErrorBody });
export type ErrorBody = v.InferOutput<typeof ErrorBody>;

export const failed = v.object({ ok: v.literal(false), error: ErrorBody });

/** `GET config`, with its query: `?kind=avatar` where the endpoint's policy names kinds. */
export const ConfigRequest = v.object({ kind: v.optional(kind) });
export type ConfigRequest = v.InferOutput<typeof ConfigRequest>;
export const ConfigAnswer = v.object({
  protocol: v.literal(1),
  restrictions: v.object({
    minFileSizeBytes: v.nullable(sizeBytes),
    maxFileSizeBytes: v.nullable(sizeBytes),
    maxFileCount: v.nullable(v.number()),
    /** MIME types (`image/png`, `image/*`) and extensions (`.pdf`); null: all. */
    allowedTypes: v.nullable(v.array(v.string())),
  }),
  singleRequest: v.object({
    method: v.picklist(['post', 'put']),
    /** Files up to this size go in one request. */
    maxSizeBytes: sizeBytes,
  }),
  multipart: v.object({
    minPartSizeBytes: partSizeBytes,
    maxPartSizeBytes: partSizeBytes,
    maxPartCount: partNumber,
    /** What the site asks for; null leaves it to the browser. */
    preferredPartSizeBytes: v.nullable(partSizeBytes),
  }),
  /** Over how many host names of the bucket what is signed is spread; a browser opens six connections to each. */
  hosts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** What the store verifies, so that it refuses bytes that were damaged on the way; null: nothing. */
  checksums: v.optional(
    v.object({
      singleRequest: v.nullable(checksumAlgorithm),
      parts: v.nullable(checksumAlgorithm),
      /**
       * Whether a part may be sent without its checksum: the answer tells what the store made of it, or the store compares
       * it when the upload is completed.
       */
      partsTold: v.optional(v.boolean()),
    }),
  ),
  /** Which links the endpoint gives for stored objects; it may still refuse one of them. */
  links: v.optional(v.object({ download: v.boolean(), preview: v.boolean(), delete: v.boolean() })),
});
export type ConfigAnswer = v.InferOutput<typeof ConfigAnswer>;

/** `POST uploads` */
export const NewFile = v.strictObject({
  /** The caller's own name for this file, given back in the answer. */
  id: shortText(256),
  /** Where the endpoint's policy names kinds: one of them. */
  kind: v.optional(kind),
  name: v.pipe(v.string(), v.maxLength(4096)),
  sizeBytes,
  type: v.pipe(v.string(), v.maxLength(255)),
  metadata: v.optional(v.record(shortText(128), v.pipe(v.string(), v.maxLength(2048)))),
  /** Asks for a multipart upload with parts of this size; without it, the file goes in one request. */
  partSizeBytes: v.optional(partSizeBytes),
  /** Of a file that goes in one request: its checksum, in the config's algorithm. */
  checksum: v.optional(checksum),
  /** Of a file in parts: each has a checksum of this algorithm, with which it comes unless the store tells it. */
  partChecksums: v.optional(checksumAlgorithm),
  /**
   * Of a file in parts: a random name of this announcement, the same whenever it is repeated because no answer came: by
   * the page, or by the browser itself. What an unheard answer told of is given up when this upload is finished.
   */
  idempotencyKey: v.optional(shortText(64)),
  /** How many part URLs the answer shall bring along. */
  firstParts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100))),
});
export type NewFile = v.InferOutput<typeof NewFile>;
export const UploadsRequest = v.strictObject({
  files: v.pipe(v.array(NewFile), v.minLength(1), v.maxLength(MAX_FILES_PER_CALL)),
  avoid,
});
export type UploadsRequest = v.InferOutput<typeof UploadsRequest>;

/** A form for `POST` to the bucket's own URL; the file goes last, in the field `file`. */
export const SignedForm = v.object({
  method: v.literal('post'),
  url: v.string(),
  fields: v.record(v.string(), v.string()),
  expiresInSeconds,
});
export type SignedForm = v.InferOutput<typeof SignedForm>;
/** A presigned `PUT` of the whole file; `headers` are signed and must be sent as they are. */
export const SignedPut = v.object({ method: v.literal('put'), url: v.string(), headers, expiresInSeconds });
export type SignedPut = v.InferOutput<typeof SignedPut>;
export const SignedPart = v.object({ partNumber, url: v.string(), headers });
export type SignedPart = v.InferOutput<typeof SignedPart>;
export const SignedParts = v.object({
  method: v.literal('multipart'),
  parts: v.array(SignedPart),
  expiresInSeconds,
});
export type SignedParts = v.InferOutput<typeof SignedParts>;

const created = { ok: v.literal(true), id: v.string(), ticket, key: v.string() };
export const CreatedUpload = v.variant('method', [
  v.object({ ...created, ...SignedForm.entries }),
  v.object({ ...created, ...SignedPut.entries }),
  v.object({ ...created, ...SignedParts.entries, partSizeBytes }),
]);
export type CreatedUpload = v.InferOutput<typeof CreatedUpload>;
export const UploadsAnswer = v.object({
  uploads: v.array(v.union([CreatedUpload, v.object({ ...failed.entries, id: v.string() })])),
});
export type UploadsAnswer = v.InferOutput<typeof UploadsAnswer>;

/**
 * `POST parts`: fresh signatures. For a multipart ticket, of the parts named; for a ticket of a single request
 * (`parts` empty), of that request.
 */
export const PartsRequest = v.strictObject({
  uploads: v.pipe(
    v.array(
      v.strictObject({
        ticket,
        parts: v.pipe(
          v.array(v.strictObject({ partNumber, checksum: v.optional(checksum) })),
          v.maxLength(MAX_PARTS_PER_CALL),
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(MAX_FILES_PER_CALL),
  ),
  avoid,
});
export type PartsRequest = v.InferOutput<typeof PartsRequest>;
export const Signed = v.variant('method', [SignedForm, SignedPut, SignedParts]);
export type Signed = v.InferOutput<typeof Signed>;
/** One entry per upload asked for, in the same order. */
export const PartsAnswer = v.object({
  uploads: v.array(v.union([v.object({ ok: v.literal(true), signed: Signed }), failed])),
});
export type PartsAnswer = v.InferOutput<typeof PartsAnswer>;

/** `POST uploaded-parts` */
export const UploadedPartsRequest = v.strictObject({ ticket });
export type UploadedPartsRequest = v.InferOutput<typeof UploadedPartsRequest>;
export const UploadedPart = v.object({
  partNumber,
  etag,
  sizeBytes,
  /** In the algorithm that was announced for the parts, where the store has verified it and tells it. */
  checksum: v.optional(checksum),
});
export type UploadedPart = v.InferOutput<typeof UploadedPart>;
export const UploadedPartsAnswer = v.object({ parts: v.array(UploadedPart) });
export type UploadedPartsAnswer = v.InferOutput<typeof UploadedPartsAnswer>;

/** `POST complete` */
export const CompleteRequest = v.strictObject({
  uploads: v.pipe(
    v.array(
      v.strictObject({
        ticket,
        /** Of a single request: the ETag that the bucket answered, where the browser could see it. */
        etag: v.optional(etag),
        /** Of a multipart upload whose parts have CRCs: that of the whole file. */
        checksum: v.optional(checksum),
        /** Of a multipart upload: all parts, in order; left out by a browser that put them together by itself. */
        parts: v.optional(
          v.pipe(
            v.array(v.strictObject({ partNumber, etag, checksum: v.optional(checksum) })),
            v.minLength(1),
            v.maxLength(MAX_PART_COUNT),
          ),
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(MAX_FILES_PER_CALL),
  ),
});
export type CompleteRequest = v.InferOutput<typeof CompleteRequest>;
/** The object as the bucket reports it. */
export const StoredObject = v.object({
  key: v.string(),
  sizeBytes,
  /** Without quotes. */
  etag: v.string(),
  type: v.string(),
  /** Of the whole object, where the bucket knows one that it has verified. */
  checksum: v.optional(v.object({ algorithm: checksumAlgorithm, value: checksum })),
  /** Signed by the endpoint: proves to the site's server that this object was stored. */
  receipt: v.string(),
  /** What the site's own `onUploaded` hook returned. */
  data: v.optional(v.unknown()),
});
export type StoredObject = v.InferOutput<typeof StoredObject>;
export const CompleteAnswer = v.object({
  uploads: v.array(v.union([v.object({ ok: v.literal(true), object: StoredObject }), failed])),
});
export type CompleteAnswer = v.InferOutput<typeof CompleteAnswer>;

/** `POST abort` */
export const AbortRequest = v.strictObject({
  uploads: v.pipe(v.array(v.strictObject({ ticket })), v.minLength(1), v.maxLength(MAX_FILES_PER_CALL)),
});
export type AbortRequest = v.InferOutput<typeof AbortRequest>;
export const AbortAnswer = v.object({
  uploads: v.array(v.union([v.object({ ok: v.literal(true) }), failed])),
});
export type AbortAnswer = v.InferOutput<typeof AbortAnswer>;
