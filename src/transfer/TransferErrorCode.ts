import type { EndpointErrorCode } from '../protocol/errorCodes.ts';

/**
 * Why an upload stopped: what the endpoint answered, or one of these. Each has its own sentence in the locale.
 */
export type TransferErrorCode =
  | EndpointErrorCode
  /** No answer from the signing endpoint. */
  | 'endpoint-unreachable'
  /** An answer that is not the protocol's JSON. */
  | 'endpoint-answer-invalid'
  /** No answer from the bucket, which cannot be reached at all. */
  | 'bucket-unreachable'
  /** The bucket can be reached, but this page may not read its answers: its CORS rules, or a refusal without them. */
  | 'bucket-cors'
  /** The bucket said no (4xx); `details.s3Code` has its word for it. */
  | 'bucket-refused'
  /** The bucket failed (5xx) again and again. */
  | 'bucket-failed'
  /** The bucket stored a part, but its CORS rules hide the ETag that completing needs. */
  | 'etag-hidden'
  /** Not a byte moved for too long, again and again. */
  | 'stalled'
  /** The file on disk changed or vanished since it was chosen. */
  | 'file-changed'
  | 'canceled';
