import { EndpointError } from './EndpointError.ts';

/** What AWS and its likes answer when something is set up wrongly, and what to do about it. */
const REFUSALS: Record<string, string> = {
  AccessDenied:
    "The endpoint's credentials lack a permission: it needs s3:PutObject, s3:GetObject, s3:AbortMultipartUpload and s3:ListMultipartUploadParts on the bucket's objects, and s3:ListBucket on the bucket.",
  Forbidden:
    "The endpoint's credentials lack a permission: s3:GetObject on the bucket's objects and s3:ListBucket on the bucket.",
  AuthorizationHeaderMalformed: 'The bucket is in another region than the endpoint is configured with.',
  ExpiredToken: "The endpoint's session token has expired.",
  InvalidAccessKeyId: 'The store does not know the access key.',
  InvalidToken: "The store does not accept the endpoint's session token.",
  NoSuchBucket: 'The bucket does not exist, or the endpoint asks the wrong host for it (path style?).',
  PermanentRedirect: 'The bucket is in another region than the endpoint is configured with.',
  RequestTimeTooSkewed: "The clock of the endpoint's machine is wrong.",
  SignatureDoesNotMatch: 'The secret access key is wrong, or a proxy changes the requests to the store.',
};

/** Network errors of Node and of fetch, and the SDK's own time-outs. */
const NETWORK = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
]);

interface SdkError extends Error {
  code?: unknown;
  Code?: unknown;
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean };
}

/**
 * The store's failure as one of ours, or null if the error did not come from the store. The store's own message stays
 * in `cause`: it can name accounts and roles.
 */
export function explainStoreError(error: unknown): EndpointError | null {
  if (!isSdkError(error)) return null;
  const name = storeErrorName(error);
  const status = error.$metadata?.httpStatusCode;
  if (NETWORK.has(name) || (typeof error.code === 'string' && NETWORK.has(error.code))) {
    return unavailable('the endpoint could not reach the store', error);
  }
  if (status === undefined) {
    // Where the SDK sends by fetch, a network error has no code of its own; the SDK notes that it tried.
    return error.$metadata === undefined
      ? null
      : unavailable('the endpoint could not reach the store', error);
  }
  // A 200 with an error inside counts as the failure it is.
  if (status >= 500 || status === 429 || status < 300) {
    return unavailable(`the store could not answer just now (${name})`, error);
  }
  // The last of the SDK's attempts was the first to learn it; from now on its requests bear the store's time.
  if (error.$metadata?.clockSkewCorrected) {
    return unavailable(`the endpoint did not know the store's time (${name})`, error);
  }
  const hint = Object.hasOwn(REFUSALS, name) ? REFUSALS[name] : undefined;
  return new EndpointError('store-refused', `the store refused the endpoint's request (${name})`, hint, {
    cause: error,
  });
}

/** The code in S3's answer: `NoSuchUpload`. */
export function storeErrorName(error: unknown): string {
  if (!isSdkError(error)) return '';
  if (error.name === 'Error' || error.name === 'Unknown' || error.name === 'UnknownError') {
    const { Code: code = error.$metadata?.httpStatusCode } = error;
    return String(code ?? error.name);
  }
  return error.name;
}

function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error && ('$metadata' in error || 'code' in error || error.name === 'TimeoutError');
}

function unavailable(message: string, cause: unknown): EndpointError {
  return new EndpointError('store-unavailable', message, 'Trying again later may help.', { cause });
}
