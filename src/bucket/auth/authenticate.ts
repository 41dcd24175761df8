import type { S3Request } from '../http/S3Request.ts';
import { S3Error } from '../S3Error.ts';
import type { Authentication, Claim } from './Claim.ts';
import type { Identity } from './Credentials.ts';
import { readHeaderAuth } from './readHeaderAuth.ts';
import { readQueryAuth } from './readQueryAuth.ts';
import { canonicalRequest, deriveSigningKey, sameSignature, sign, stringToSign } from './signature.ts';

/**
 * Verifies the signature of a request, in its Authorization header or its query.
 * @throws S3Error as S3 refuses: no, malformed, expired or wrong signature, unknown key, wrong region, clock too
 * far off, headers that had to be signed.
 */
export function authenticate(request: S3Request, identity: Identity): Authentication {
  const header = request.header('authorization');
  const inQuery = request.query.has('X-Amz-Algorithm') || request.query.has('X-Amz-Signature');
  if (header !== undefined && inQuery) {
    throw new S3Error(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      { ArgumentName: 'Authorization' },
    );
  }
  if (request.query.has('Signature') && request.query.has('AWSAccessKeyId')) {
    throw new S3Error(
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  if (header === undefined && !inQuery) throw new S3Error('AccessDenied');
  const claim =
    header === undefined ? readQueryAuth(request, identity) : readHeaderAuth(request, header, identity);
  const signingKey = deriveSigningKey(identity.credentials.secretAccessKey, claim.scope);
  checkSignature(request, claim, signingKey, identity);
  checkSignedHeaders(request, claim);
  return { claim, signingKey };
}

function checkSignature(request: S3Request, claim: Claim, signingKey: Buffer, identity: Identity): void {
  const canonical = canonicalRequest({
    method: request.method,
    path: request.path,
    query: request.query.pairs,
    headers: request.headers,
    signedHeaders: claim.signedHeaders,
    payloadHash: claim.payloadHash,
  });
  const text = stringToSign(claim.time, claim.scope, canonical);
  if (sameSignature(sign(signingKey, text), claim.signature)) return;
  throw new S3Error('SignatureDoesNotMatch', undefined, {
    AWSAccessKeyId: identity.credentials.accessKeyId,
    StringToSign: text,
    SignatureProvided: claim.signature,
    CanonicalRequest: canonical,
  });
}

/** Host and every `x-amz-*` header sent have to be signed, or anyone who has the URL could add to the request. */
function checkSignedHeaders(request: S3Request, claim: Claim): void {
  // The payload hash is a line of its own in the canonical request, so its header is covered either way.
  const open = [...request.headers.keys()].filter(
    (name) =>
      (name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256')) &&
      !claim.signedHeaders.includes(name),
  );
  if (open.length > 0) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: open.join(', '),
    });
  }
}
