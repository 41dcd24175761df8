import { createHash, randomUUID } from 'node:crypto';
import type { AnswerHeaders } from '../http/Answer.ts';
import { S3Error } from '../S3Error.ts';
import type { ObjectAttributes, Pairs } from '../storage/records.ts';

const SSE = 'x-amz-server-side-encryption';
const KMS_KEY = `${SSE}-aws-kms-key-id`;
const CONTEXT = `${SSE}-context`;
const BUCKET_KEY = `${SSE}-bucket-key-enabled`;
const STORAGE_CLASS = 'x-amz-storage-class';

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);
const ACLS = new Set([
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
]);
/** What AWS names the account's own key where a request names none. */
const OWN_KMS_KEY = 'arn:aws:kms:us-east-1:000000000000:key/aws-s3';

type Get = (name: string) => string | undefined;

/**
 * How an object is to be kept: encryption, storage class, canned ACL. Nothing is encrypted here, but what is asked for
 * is checked and told again, as S3 does.
 * @throws S3Error InvalidArgument, InvalidStorageClass, InvalidRequest.
 */
export function readStoredAs(get: Get, acl: string | undefined): Pick<ObjectAttributes, 'storedAs' | 'acl'> {
  const storageClass = get(STORAGE_CLASS);
  if (storageClass !== undefined && !STORAGE_CLASSES.has(storageClass))
    throw new S3Error('InvalidStorageClass');
  if (acl !== undefined && !ACLS.has(acl)) {
    throw new S3Error('InvalidArgument', undefined, { ArgumentName: 'x-amz-acl', ArgumentValue: acl });
  }
  // STANDARD is told of no object.
  const told: Pairs =
    storageClass === undefined || storageClass === 'STANDARD' ? [] : [[STORAGE_CLASS, storageClass]];
  return { storedAs: [...told, ...readEncryption(get)], acl: acl ?? 'private' };
}

function readEncryption(get: Get): Pairs {
  const [algorithm, key, context, bucketKey] = [SSE, KMS_KEY, CONTEXT, BUCKET_KEY].map(get);
  if (algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse') {
    if (context !== undefined) assertContext(context);
    return [
      [SSE, algorithm],
      [KMS_KEY, key ?? OWN_KMS_KEY],
      ...(bucketKey === 'true' ? ([[BUCKET_KEY, 'true']] as const) : []),
    ];
  }
  if (algorithm !== undefined && algorithm !== 'AES256') {
    throw new S3Error('InvalidArgument', 'The encryption method specified is not supported', {
      ArgumentName: SSE,
      ArgumentValue: algorithm,
    });
  }
  if (key !== undefined || context !== undefined) {
    throw new S3Error(
      'InvalidArgument',
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      { ArgumentName: SSE },
    );
  }
  return algorithm === undefined ? [] : [[SSE, algorithm]];
}

function assertContext(context: string): void {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(context, 'base64').toString());
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return;
  } catch {
    // the same answer as below
  }
  throw new S3Error(
    'InvalidArgument',
    'The header x-amz-server-side-encryption-context must be base64 JSON',
    {
      ArgumentName: CONTEXT,
    },
  );
}

/** What an answer to a write says of the encryption; the storage class is told by reads alone. */
export function encryptionAnswer({ storedAs = [] }: ObjectAttributes): AnswerHeaders {
  return Object.fromEntries(storedAs.filter(([name]) => name.startsWith(SSE)));
}

/** What a read says of how the object is kept. */
export function storedAsAnswer({ storedAs = [] }: ObjectAttributes): AnswerHeaders {
  return Object.fromEntries(storedAs);
}

/**
 * Of an object that KMS encrypts, the ETag is no MD5 of anything that a client knows, though it looks like one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function etagFor(attributes: ObjectAttributes, md5: string): string {
  const isKms = attributes.storedAs?.some(([name, value]) => name === SSE && value.startsWith('aws:kms'));
  return isKms ? createHash('md5').update(randomUUID()).digest('hex') : md5;
}
