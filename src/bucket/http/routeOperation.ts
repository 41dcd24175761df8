import { S3Error } from '../S3Error.ts';
import type { Target } from './parseTarget.ts';

/** Everything this bucket can be asked, by S3's own names. `Preflight` is a browser's OPTIONS. */
export type Operation =
  | 'ListBuckets'
  | 'CreateBucket'
  | 'HeadBucket'
  | 'DeleteBucket'
  | 'GetBucketLocation'
  | 'GetBucketVersioning'
  | 'PutBucketCors'
  | 'GetBucketCors'
  | 'DeleteBucketCors'
  | 'ListObjects'
  | 'ListObjectsV2'
  | 'ListMultipartUploads'
  | 'DeleteObjects'
  | 'PostObject'
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'GetObjectAcl'
  | 'GetObjectTagging'
  | 'PutObjectTagging'
  | 'DeleteObjectTagging'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'ListParts'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'Preflight';

/** Subresources of S3 that are not here; asked for, they must not fall through to the object itself. */
const ABSENT = [
  'acl',
  'accelerate',
  'analytics',
  'attributes',
  'encryption',
  'inventory',
  'legal-hold',
  'lifecycle',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'torrent',
  'versionId',
  'versions',
  'website',
];

/**
 * Names the operation of a request.
 * @throws S3Error NotImplemented for S3 operations that are not here, MethodNotAllowed for none at all.
 */
export function routeOperation(method: string, target: Target): Operation {
  if (method === 'OPTIONS') return 'Preflight';
  if (method === 'GET' && target.key !== '' && target.query.has('acl')) return 'GetObjectAcl';
  if (ABSENT.some((name) => target.query.has(name))) throw new S3Error('NotImplemented');
  const operation =
    target.bucket === ''
      ? method === 'GET'
        ? 'ListBuckets'
        : undefined
      : target.key === ''
        ? bucketOperation(method, target)
        : objectOperation(method, target);
  if (operation === undefined) throw new S3Error('MethodNotAllowed', undefined, { Method: method });
  return operation;
}

function bucketOperation(method: string, { query }: Target): Operation | undefined {
  switch (method) {
    case 'GET':
      if (query.has('location')) return 'GetBucketLocation';
      if (query.has('versioning')) return 'GetBucketVersioning';
      if (query.has('cors')) return 'GetBucketCors';
      if (query.has('tagging')) throw new S3Error('NotImplemented');
      if (query.has('uploads')) return 'ListMultipartUploads';
      return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
    case 'HEAD':
      return 'HeadBucket';
    case 'PUT':
      if (query.has('cors')) return 'PutBucketCors';
      if (query.has('versioning') || query.has('tagging')) throw new S3Error('NotImplemented');
      return 'CreateBucket';
    case 'DELETE':
      if (query.has('cors')) return 'DeleteBucketCors';
      if (query.has('tagging')) throw new S3Error('NotImplemented');
      return 'DeleteBucket';
    case 'POST':
      return query.has('delete') ? 'DeleteObjects' : 'PostObject';
    default:
      return undefined;
  }
}

function objectOperation(method: string, { query }: Target): Operation | undefined {
  const tagging = query.has('tagging');
  switch (method) {
    case 'GET':
      if (tagging) return 'GetObjectTagging';
      return query.has('uploadId') ? 'ListParts' : 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      if (tagging) return 'PutObjectTagging';
      return query.has('uploadId') || query.has('partNumber') ? 'UploadPart' : 'PutObject';
    case 'POST':
      if (query.has('uploads')) return 'CreateMultipartUpload';
      return query.has('uploadId') ? 'CompleteMultipartUpload' : undefined;
    case 'DELETE':
      if (tagging) return 'DeleteObjectTagging';
      return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      return undefined;
  }
}
