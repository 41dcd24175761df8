import type { S3Request } from '../http/S3Request.ts';
import { S3Error } from '../S3Error.ts';
import type { Claim } from './Claim.ts';
import { type Identity, MAX_SKEW_MS } from './Credentials.ts';
import { checkCredential, checkToken, HEADER_WORDS, parseAmzDate } from './checkCredential.ts';

const PAYLOAD_WORDS = new Set([
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
]);

/**
 * Reads the claim of an `Authorization: AWS4-HMAC-SHA256 …` header.
 * @throws S3Error for a malformed header, a clock that is too far off, another region or key.
 */
export function readHeaderAuth(request: S3Request, header: string, identity: Identity): Claim {
  const space = header.indexOf(' ');
  const scheme = space < 0 ? header : header.slice(0, space);
  if (scheme === 'AWS') {
    throw new S3Error(
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  if (scheme !== 'AWS4-HMAC-SHA256') {
    throw new S3Error('InvalidArgument', 'Unsupported Authorization Type', {
      ArgumentName: 'Authorization',
      ArgumentValue: scheme,
    });
  }
  const fields = new Map(
    header
      .slice(space + 1)
      .split(',')
      .map((field) => {
        const at = field.indexOf('=');
        return [field.slice(0, at).trim(), field.slice(at + 1).trim()] as const;
      }),
  );
  const part = (name: string): string => {
    const value = fields.get(name);
    if (value) return value;
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.`,
    );
  };
  const [credential, signedHeaders, signature] = [
    part('Credential'),
    part('SignedHeaders'),
    part('Signature'),
  ];
  const time = readTime(request);
  const scope = checkCredential(credential, time, identity, HEADER_WORDS);
  checkToken(request.header('x-amz-security-token'), identity);
  checkSkew(time, request.now);
  return {
    scope,
    time,
    signedHeaders: signedHeaders.split(';'),
    signature,
    payloadHash: readPayloadHash(request),
  };
}

function readTime(request: S3Request): string {
  const text = request.header('x-amz-date') ?? fromHttpDate(request.header('date'));
  if (text === undefined || parseAmzDate(text) === undefined) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  return text;
}

function fromHttpDate(date: string | undefined): string | undefined {
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) return undefined;
  return `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function checkSkew(time: string, now: number): void {
  if (Math.abs((parseAmzDate(time) ?? 0) - now) <= MAX_SKEW_MS) return;
  throw new S3Error('RequestTimeTooSkewed', undefined, {
    RequestTime: time,
    ServerTime: new Date(now).toISOString(),
    MaxAllowedSkewMilliseconds: MAX_SKEW_MS,
  });
}

function readPayloadHash(request: S3Request): string {
  const hash = request.header('x-amz-content-sha256');
  if (hash === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  if (!PAYLOAD_WORDS.has(hash) && !/^[0-9a-f]{64}$/.test(hash)) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      { ArgumentName: 'x-amz-content-sha256', ArgumentValue: hash },
    );
  }
  return hash;
}
