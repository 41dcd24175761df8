/** What went wrong with one request to the bucket, as the retry policy tells failures apart. */
export type FailureKind =
  /** No answer that this page may read: status 0. */
  | 'network'
  | 'stalled'
  /** 429, 503 SlowDown. */
  | 'throttled'
  /** 5xx, 400 RequestTimeout, 409: the store's own trouble. */
  | 'store-error'
  /** A checksum of what arrived is not that of what was sent. */
  | 'damaged'
  /** 403: expired, or signed by a clock or a key that the store does not accept. */
  | 'url-refused'
  /** 404 NoSuchUpload. */
  | 'upload-gone'
  /** Any other 4xx. */
  | 'refused'
  | 'etag-hidden'
  | 'file-changed';

/** One failed request; never leaves the engine. What people see is a BucketDropError made from the last one. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly kind: FailureKind;
  readonly status: number;
  /** S3's own word, such as `AccessDenied`. */
  readonly s3Code: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly url: string;

  constructor(
    kind: FailureKind,
    request: { url: string; status?: number; s3Code?: string; retryAfterSeconds?: number },
  ) {
    super(
      `${kind}${request.status ? ` (${request.status}${request.s3Code ? ` ${request.s3Code}` : ''})` : ''}`,
    );
    this.kind = kind;
    this.status = request.status ?? 0;
    this.s3Code = request.s3Code;
    this.retryAfterSeconds = request.retryAfterSeconds;
    // Without its query: a signature has no business in an error.
    this.url = request.url.split('?')[0] ?? '';
  }
}
