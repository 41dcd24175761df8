import type { S3Request } from '../http/S3Request.ts';
import { S3Error } from '../S3Error.ts';
import type { Claim } from './Claim.ts';
import { type Identity, MAX_SKEW_MS } from './Credentials.ts';
import { checkCredential, checkToken, parseAmzDate, QUERY_WORDS } from './checkCredential.ts';

const REQUIRED = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;

/** The longest life of a presigned URL: seven days, in seconds. */
const MAX_EXPIRES = 604_800;

/**
 * Reads the claim of a presigned URL.
 * @throws S3Error AuthorizationQueryParametersError for malformed parameters, AccessDenied for a URL that has
 * expired or is not valid yet.
 */
export function readQueryAuth(request: S3Request, identity: Identity): Claim {
  const [algorithm, credential, signature, time, signedHeaders, expires] = REQUIRED.map((name) =>
    request.query.get(name),
  );
  if (!algorithm || !credential || !signature || !time || !signedHeaders || !expires) {
    return refuse(
      `Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.`,
    );
  }
  if (algorithm !== 'AWS4-HMAC-SHA256') refuse('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const signedAt = parseAmzDate(time);
  if (signedAt === undefined) {
    return refuse(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  const life = readExpires(expires);
  const scope = checkCredential(credential, time, identity, QUERY_WORDS);
  checkToken(request.query.get('X-Amz-Security-Token') ?? request.header('x-amz-security-token'), identity);
  if (signedAt - request.now > MAX_SKEW_MS) {
    throw new S3Error('AccessDenied', 'Request is not valid yet', { 'X-Amz-Date': time });
  }
  if (request.now > signedAt + life * 1000) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': life,
      Expires: new Date(signedAt + life * 1000).toISOString(),
      ServerTime: new Date(request.now).toISOString(),
    });
  }
  return {
    scope,
    time,
    signature,
    signedHeaders: signedHeaders.split(';'),
    payloadHash:
      request.header('x-amz-content-sha256') ??
      request.query.get('X-Amz-Content-Sha256') ??
      'UNSIGNED-PAYLOAD',
  };
}

function readExpires(text: string): number {
  const seconds = Number(text);
  if (!/^-?\d+$/.test(text)) refuse('X-Amz-Expires should be a number');
  if (seconds < 0) refuse('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES) {
    refuse(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return seconds;
}

function refuse(message: string): never {
  throw new S3Error('AuthorizationQueryParametersError', message);
}
