import { S3Error } from '../S3Error.ts';
import type { Identity } from './Credentials.ts';
import { checkCredential, checkToken, parseAmzDate, QUERY_WORDS } from './checkCredential.ts';
import { deriveSigningKey, sameSignature, sign } from './signature.ts';

/**
 * Verifies the signature of an upload form and returns its policy as JSON.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 * @throws S3Error AccessDenied for a form without a policy, InvalidArgument for missing fields,
 * SignatureDoesNotMatch, and as for any other credential.
 */
export function authenticatePolicy(fields: ReadonlyMap<string, string>, identity: Identity): string {
  const policy = fields.get('policy');
  if (policy === undefined) throw new S3Error('AccessDenied');
  const field = (name: string): string => {
    const value = fields.get(name.toLowerCase());
    if (value) return value;
    throw new S3Error(
      'InvalidArgument',
      `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
      { ArgumentName: name },
    );
  };
  if (field('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new S3Error('InvalidArgument', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"', {
      ArgumentName: 'X-Amz-Algorithm',
    });
  }
  const time = field('X-Amz-Date');
  if (parseAmzDate(time) === undefined) {
    throw new S3Error('InvalidArgument', `X-Amz-Date must be formated via ISO8601 Long format`, {
      ArgumentName: 'X-Amz-Date',
      ArgumentValue: time,
    });
  }
  const signature = field('X-Amz-Signature');
  const scope = checkCredential(field('X-Amz-Credential'), time, identity, QUERY_WORDS);
  checkToken(fields.get('x-amz-security-token'), identity);
  const expected = sign(deriveSigningKey(identity.credentials.secretAccessKey, scope), policy);
  if (!sameSignature(expected, signature)) {
    throw new S3Error('SignatureDoesNotMatch', undefined, {
      AWSAccessKeyId: identity.credentials.accessKeyId,
      StringToSign: policy,
      SignatureProvided: signature,
    });
  }
  return Buffer.from(policy, 'base64').toString('utf8');
}
