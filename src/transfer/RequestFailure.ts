import type { DeadRequest } from './Diagnosis.ts';

/** What went wrong with one request to the bucket, as the retry policy tells failures apart. */
export type FailureKind =
  /** No answer that this page may read: status 0. */
  | 'network'
  /** The same, but all bytes had been sent: the bucket may have stored them. */
  | 'answer-lost'
  /** All bytes were sent, and no answer came in all the time that there is for one. */
  | 'timeout'
  /** No byte moved for too long. */
  | 'stalled'
  /** 408, 400 RequestTimeout: the store waited too long for the next byte. */
  | 'request-timeout'
  /** 403: the signature's time is over, or has not come by the store's clock. */
  | 'url-expired'
  /** Any other 403. */
  | 'url-refused'
  /** 404 NoSuchUpload. */
  | 'upload-gone'
  /** 409: something else is being done to the same object. */
  | 'conflict'
  /** 412. */
  | 'precondition-failed'
  /** 429. */
  | 'too-many-requests'
  /** 503 SlowDown. */
  | 'slow-down'
  /** Any other 5xx. */
  | 'store-error'
  /** A success with an error in its body: the store began to answer before it knew how it would end. */
  | 'error-in-200'
  /** A success that is not a store's: a login page of the network, a proxy. */
  | 'malformed-answer'
  /** A checksum of what arrived is not that of what was sent. */
  | 'damaged'
  /**
   * A part has to come with its checksum: a bucket with Object Lock refuses it without; or its ETag is not its MD5, so that
   * it arrived damaged, or this bucket's ETags are something else.
   */
  | 'checksum-wanted'
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
  readonly method: string;
  /** Of the headers that the request came with, in lower case. */
  readonly headerNames: readonly string[];

  constructor(
    kind: FailureKind,
    request: {
      url: string;
      method?: string;
      headers?: Readonly<Record<string, string>>;
      status?: number;
      s3Code?: string | undefined;
      retryAfterSeconds?: number | undefined;
    },
  ) {
    super(
      `${kind}${request.status ? ` (${request.status}${request.s3Code ? ` ${request.s3Code}` : ''})` : ''}`,
    );
    this.kind = kind;
    this.method = request.method ?? 'PUT';
    this.headerNames = Object.keys(request.headers ?? {}).map((name) => name.toLowerCase());
    this.status = request.status ?? 0;
    this.s3Code = request.s3Code;
    this.retryAfterSeconds = request.retryAfterSeconds;
    // Without its query: a signature has no business in an error.
    this.url = request.url.split('?')[0] ?? '';
  }
  asDeadRequest(): DeadRequest {
    return { to: 'bucket', url: this.url, method: this.method, headers: this.headerNames };
  }
}
