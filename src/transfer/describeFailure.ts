import { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import type { Diagnosis } from './Diagnosis.ts';
import { diagnoseOnce, keepsOut } from './diagnosis/diagnoseOnce.ts';
import { RequestFailure } from './RequestFailure.ts';
import type { TransferErrorCode } from './TransferErrorCode.ts';

type Description = {
  code: TransferErrorCode;
  message: string;
  hint?: string;
  diagnosis?: Diagnosis | undefined;
};

/**
 * Makes the error that people see. Our own errors pass as they are; whatever is not a failed request is a bug and
 * passes too, so that it is found.
 */
export async function describeFailure(error: unknown): Promise<unknown> {
  if (isBucketDropError(error)) return error.code === 'endpoint-unreachable' ? withDiagnosis(error) : error;
  if (!(error instanceof RequestFailure)) return error;
  const { code, message, hint, diagnosis } = await wordsFor(error);
  return new BucketDropError(code, message, {
    cause: error,
    status: error.status,
    details: {
      bucket: bucketOf(error.url),
      origin: pageOrigin(),
      status: error.status,
      reason: error.s3Code ?? String(error.status),
      ...detailsOf(diagnosis),
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
      return describeSilence(failure);
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
    case 'checksum-wanted':
      return { code: 'bucket-refused', message: `${bucket} answered ${answer}` };
    case 'upload-gone':
      return { code: 'upload-gone', message: `${bucket} no longer knows this upload` };
  }
}

async function describeSilence(failure: RequestFailure): Promise<Description> {
  const { url, method } = failure;
  const bucket = bucketOf(url);
  const diagnosis = await diagnoseOnce(failure.asDeadRequest());
  if (!keepsOut(diagnosis))
    return { code: 'bucket-unreachable', message: `No answer from ${bucket}`, diagnosis };
  return {
    code: 'bucket-cors',
    message: `${bucket} can be reached, but does not let ${globalThis.location?.origin} send ${method}`,
    hint: 'Allow this origin, the methods PUT and POST and all headers in the CORS rules of the bucket.',
    diagnosis,
  };
}

/** The same error, with what was found behind it. */
async function withDiagnosis(error: BucketDropError): Promise<BucketDropError> {
  const { code, message, hint, details } = error;
  if (details.diagnosis !== undefined || typeof details.endpoint !== 'string') return error;
  const url = details.endpoint.split('?')[0] ?? '';
  const diagnosis = await diagnoseOnce({ to: 'endpoint', url, method: 'POST', headers: [] });
  return new BucketDropError(code, message, {
    cause: error.cause,
    details: { ...details, host: bucketOf(url), origin: pageOrigin(), ...detailsOf(diagnosis) },
    ...(hint === undefined ? {} : { hint }),
  });
}

function detailsOf(diagnosis: Diagnosis | undefined): Record<string, string> {
  return diagnosis === undefined ? {} : { diagnosis: diagnosis.code, ...diagnosis.details };
}

function pageOrigin(): string {
  return globalThis.location?.origin ?? '';
}

function bucketOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
