import type { CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import { METADATA_PREFIX } from './metadataHeaders.ts';

const SSE = 'x-amz-server-side-encryption';

/** A PUT's headers as the SDK wants them for CreateMultipartUpload. */
export function multipartInput(
  headers: Readonly<Record<string, string>>,
): Partial<CreateMultipartUploadCommandInput> {
  const { [`${SSE}-bucket-key-enabled`]: bucketKey } = headers;
  const input = {
    CacheControl: headers['cache-control'],
    ContentDisposition: headers['content-disposition'],
    StorageClass: headers['x-amz-storage-class'],
    ACL: headers['x-amz-acl'],
    ServerSideEncryption: headers[SSE],
    SSEKMSKeyId: headers[`${SSE}-aws-kms-key-id`],
    SSEKMSEncryptionContext: headers[`${SSE}-context`],
    BucketKeyEnabled: bucketKey === undefined ? undefined : bucketKey === 'true',
    Metadata: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => name.startsWith(METADATA_PREFIX))
        .map(([name, value]) => [name.slice(METADATA_PREFIX.length), value]),
    ),
  };
  return input as Partial<CreateMultipartUploadCommandInput>;
}
