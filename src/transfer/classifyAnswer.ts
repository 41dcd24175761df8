import { parseRetryAfter } from './backoffDelay.ts';
import { RequestFailure } from './RequestFailure.ts';
import type { BucketAnswer } from './sendRequest.ts';

const DAMAGED = new Set(['BadDigest', 'InvalidDigest', 'XAmzContentChecksumMismatch', 'IncompleteBody']);
const STORE_TROUBLE = new Set(['RequestTimeout', 'OperationAborted', 'InternalError', 'ServiceUnavailable']);

/**
 * Turns an answer of the bucket into what the retry policy knows; undefined for a success.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function classifyAnswer(answer: BucketAnswer, url: string): RequestFailure | undefined {
  const { status } = answer;
  const s3Code = /<Code>([^<]{1,100})<\/Code>/.exec(answer.body)?.[1];
  // A 200 can carry an error: S3 begins some answers before it knows how they end.
  if (status >= 200 && status < 300 && !/<Error>/.test(answer.body)) return undefined;
  const retryAfterSeconds = parseRetryAfter(answer.header('retry-after'), Date.now());
  return new RequestFailure(kindOf(status, s3Code), {
    url,
    status,
    ...(s3Code === undefined ? {} : { s3Code }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function kindOf(status: number, s3Code: string | undefined): RequestFailure['kind'] {
  if (status === 0) return 'network';
  if (status === 429 || s3Code === 'SlowDown') return 'throttled';
  if (s3Code !== undefined && DAMAGED.has(s3Code)) return 'damaged';
  if (s3Code !== undefined && STORE_TROUBLE.has(s3Code)) return 'store-error';
  if (s3Code === 'NoSuchUpload') return 'upload-gone';
  if (status === 403) return 'url-refused';
  if (status >= 500 || status === 408 || status === 409 || (status >= 200 && status < 300))
    return 'store-error';
  return 'refused';
}
