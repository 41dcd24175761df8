import { S3Client, type ServiceInputTypes } from '@aws-sdk/client-s3';
import { vi } from 'vitest';

interface Command {
  constructor: { name: string };
  input: ServiceInputTypes & { Key?: string };
}

/** Stands behind the SDK's client: a store that takes everything, and whose objects are as large as was announced. */
export function fakeStore(sizes: ReadonlyMap<string, number>): void {
  let uploads = 0;
  const answer = ({ constructor: { name }, input: { Key = '' } }: Command): object => {
    const sizeBytes = sizes.get(Key);
    switch (name) {
      case 'CreateMultipartUploadCommand':
        uploads += 1;
        return { UploadId: `upload-${uploads}` };
      case 'ListPartsCommand':
        return { Parts: [{ PartNumber: 1, ETag: '"e"', Size: 5 * 1024 * 1024 }], IsTruncated: false };
      case 'CompleteMultipartUploadCommand':
        return { ETag: '"e-1"' };
      case 'HeadObjectCommand':
        if (sizeBytes === undefined)
          throw Object.assign(new Error('NotFound'), {
            name: 'NotFound',
            $metadata: { httpStatusCode: 404 },
          });
        return {
          ContentLength: sizeBytes,
          ETag: '"e"',
          ContentType: 'image/png',
          LastModified: new Date(),
          Metadata: {},
        };
      default:
        return {};
    }
  };
  vi.spyOn(S3Client.prototype, 'send').mockImplementation((async (command: Command) => ({
    $metadata: { httpStatusCode: 200, attempts: 1 },
    ...answer(command),
  })) as never);
}
