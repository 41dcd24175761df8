import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { BucketPlace } from './BucketPlace.ts';

/** What a site's server asks of the bucket itself, straight and not across the visitor's line. */
export class MultipartCalls {
  readonly client: S3Client;
  readonly #bucket: string;

  constructor({ directPort, bucket, region, accessKeyId, secretAccessKey }: BucketPlace) {
    this.#bucket = bucket;
    this.client = new S3Client({
      endpoint: `http://127.0.0.1:${directPort}`,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
  }

  async create(key: string, type: string): Promise<string> {
    const command = new CreateMultipartUploadCommand({ Bucket: this.#bucket, Key: key, ContentType: type });
    return (await this.client.send(command)).UploadId as string;
  }

  /** A server that people use has done it before: its first call of all is not what is compared. */
  async warmUp(): Promise<void> {
    const key = 'warm-up';
    const UploadId = await this.create(key, 'text/plain');
    await this.client.send(new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key: key, UploadId }));
  }

  async complete(
    key: string,
    uploadId: string,
    parts: { partNumber: number; etag: string }[],
  ): Promise<void> {
    await this.client.send(
      new CompleteMultipartUploadCommand({
        Bucket: this.#bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: {
          Parts: [...parts]
            .sort((one, other) => one.partNumber - other.partNumber)
            .map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })),
        },
      }),
    );
  }
}
