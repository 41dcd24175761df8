import { parseRetryAfter } from './backoffDelay.ts';
import { type FailureKind, RequestFailure } from './RequestFailure.ts';
import type { BucketAnswer } from './sendRequest.ts';

/** S3's words that say more than the status they come with, which may even be 200. */
const KIND_BY_CODE: Record<string, FailureKind> = {
  BadDigest: 'damaged',
  InvalidDigest: 'damaged',
  XAmzContentChecksumMismatch: 'damaged',
  IncompleteBody: 'damaged',
  SlowDown: 'slow-down',
  RequestTimeout: 'request-timeout',
  RequestTimeTooSkewed: 'url-expired',
  RequestExpired: 'url-expired',
  ExpiredToken: 'url-expired',
  NoSuchUpload: 'upload-gone',
  OperationAborted: 'conflict',
};
const KIND_BY_STATUS: Record<number, FailureKind> = {
  0: 'network',
  403: 'url-refused',
  408: 'request-timeout',
  409: 'conflict',
  412: 'precondition-failed',
  429: 'too-many-requests',
};
/** AWS: "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Part requests with Object Lock parameters" */
const WANTS_CHECKSUM = /<Message>[^<]{0,200}\bContent-MD5\b[^<]{0,200}\brequired\b/i;
/** AWS: "Request has expired", "Request is not yet valid", "Invalid according to Policy: Policy expired." */
const OUT_OF_TIME = /<Message>[^<]{0,200}\b(expired|not yet valid)\b/i;

/**
 * Turns an answer of the bucket into what the retry policy knows; undefined for a success.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function classifyAnswer(answer: BucketAnswer, url: string): RequestFailure | undefined {
  const { status, body } = answer;
  const s3Code = /<Code>([^<]{1,100})<\/Code>/.exec(body)?.[1];
  const kind = isSuccess(status) ? kindOfSuccess(answer, s3Code) : kindOfFailure(status, body, s3Code);
  if (kind === undefined) return undefined;
  const retryAfterSeconds = parseRetryAfter(answer.header('retry-after'), Date.now());
  return new RequestFailure(kind, {
    url,
    status,
    ...(s3Code === undefined ? {} : { s3Code }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function kindOfSuccess(answer: BucketAnswer, s3Code: string | undefined): FailureKind | undefined {
  const { body } = answer;
  if (/<Error>/.test(body)) return kindOfCode(s3Code) ?? 'error-in-200';
  // A store answers with nothing or with XML. Any other text is a login page's or a proxy's, unless there is an ETag.
  const isText = body.trim() !== '' && !/^\s*<(\?xml|PostResponse)\b/.test(body);
  return isText && answer.header('etag') === null ? 'malformed-answer' : undefined;
}

function kindOfFailure(status: number, body: string, s3Code: string | undefined): FailureKind {
  if (status === 403 && OUT_OF_TIME.test(body)) return 'url-expired';
  const known = kindOfCode(s3Code);
  if (known) return known;
  if (s3Code === 'InvalidRequest' && WANTS_CHECKSUM.test(body)) return 'checksum-wanted';
  return KIND_BY_STATUS[status] ?? (status >= 500 ? 'store-error' : 'refused');
}

function kindOfCode(s3Code: string | undefined): FailureKind | undefined {
  return s3Code !== undefined && Object.hasOwn(KIND_BY_CODE, s3Code) ? KIND_BY_CODE[s3Code] : undefined;
}
