import { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import { RequestFailure } from './RequestFailure.ts';
import type { TransferErrorCode } from './TransferErrorCode.ts';

const DIAGNOSIS_TIMEOUT_MS = 5_000;

type Description = { code: TransferErrorCode; message: string; hint?: string };

/**
 * Makes the error that people see. Our own errors pass as they are; whatever is not a failed request is a bug and
 * passes too, so that it is found.
 */
export async function describeFailure(error: unknown): Promise<unknown> {
  if (isBucketDropError(error) || !(error instanceof RequestFailure)) return error;
  const { code, message, hint } = await wordsFor(error);
  return new BucketDropError(code, message, {
    cause: error,
    status: error.status,
    details: {
      bucket: bucketOf(error.url),
      origin: globalThis.location?.origin ?? '',
      status: error.status,
      reason: error.s3Code ?? String(error.status),
    },
    ...(hint === undefined ? {} : { hint }),
  });
}

async function wordsFor(failure: RequestFailure): Promise<Description> {
  const bucket = bucketOf(failure.url);
  const answer = `${failure.status} ${failure.s3Code ?? ''}`.trim();
  switch (failure.kind) {
    case 'network':
    case 'answer-lost':
      return (await isReachable(failure.url))
        ? {
            code: 'bucket-cors',
            message: `${bucket} can be reached, but does not let ${globalThis.location?.origin} read its answers`,
            hint: 'Allow this origin, the methods PUT and POST and all headers in the CORS rules of the bucket.',
          }
        : { code: 'bucket-unreachable', message: `No answer from ${bucket}` };
    case 'stalled':
    case 'timeout':
      return { code: 'stalled', message: `Not a byte moved towards ${bucket} for too long` };
    case 'file-changed':
      return { code: 'file-changed', message: 'The file on disk is not the one that was chosen' };
    case 'etag-hidden':
      return {
        code: 'etag-hidden',
        message: `${bucket} hides the ETag of what it stored`,
        hint: 'Add "ETag" to ExposeHeaders in the CORS rules of the bucket.',
      };
    case 'request-timeout':
    case 'conflict':
    case 'too-many-requests':
    case 'slow-down':
    case 'store-error':
    case 'error-in-200':
    case 'malformed-answer':
    case 'damaged':
      return { code: 'bucket-failed', message: `${bucket} answered ${answer}, again and again` };
    case 'url-expired':
    case 'url-refused':
    case 'precondition-failed':
    case 'refused':
      return { code: 'bucket-refused', message: `${bucket} answered ${answer}` };
    case 'upload-gone':
      return { code: 'upload-gone', message: `${bucket} no longer knows this upload` };
  }
}

function bucketOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** Asks without CORS: the answer cannot be read, but that there is one can be told. */
async function isReachable(url: string): Promise<boolean> {
  try {
    const { origin } = new URL(url);
    const signal = AbortSignal.timeout(DIAGNOSIS_TIMEOUT_MS);
    await fetch(`${origin}/`, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal });
    return true;
  } catch {
    return false;
  }
}
