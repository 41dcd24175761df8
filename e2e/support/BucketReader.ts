import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CORSRule,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../ceph/startCeph.ts';

export interface StoredFile {
  key: string;
  /** The last segment of the key. */
  name: string;
  sizeBytes: number;
}

/** A bucket seen past the widget and the endpoint: by the AWS SDK, straight at the store. */
export class BucketReader {
  readonly bucket: string;
  readonly #client: S3Client;

  constructor(server: S3Server, bucket: string) {
    this.bucket = bucket;
    this.#client = new S3Client({
      endpoint: server.endpoint,
      region: server.region,
      credentials: server,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /** For a store whose clock is so much ahead of ours. */
  setClock(aheadMs: number): void {
    this.#client.config.systemClockOffset = aheadMs;
  }

  async create(): Promise<void> {
    await this.#client.send(new CreateBucketCommand({ Bucket: this.bucket }));
  }

  /** Lets pages of these origins in, or with `exposeHeaders: []` keeps the ETag from them. */
  async allowOrigins(origins: readonly string[], exposeHeaders = ['ETag']): Promise<void> {
    const rule = {
      AllowedOrigins: [...origins],
      AllowedMethods: ['GET', 'POST', 'PUT', 'DELETE'],
      AllowedHeaders: ['*'],
      ...(exposeHeaders.length > 0 && { ExposeHeaders: exposeHeaders }),
    };
    await this.#client.send(
      new PutBucketCorsCommand({ Bucket: this.bucket, CORSConfiguration: { CORSRules: [rule] } }),
    );
  }

  async setCors(rules: CORSRule[]): Promise<void> {
    await this.#client.send(
      new PutBucketCorsCommand({ Bucket: this.bucket, CORSConfiguration: { CORSRules: rules } }),
    );
  }

  async clearCors(): Promise<void> {
    await this.#client.send(new DeleteBucketCorsCommand({ Bucket: this.bucket }));
  }

  /** These statements hold for this user of the store. */
  async setPolicy(user: string, statements: readonly object[]): Promise<void> {
    const Principal = { AWS: [`arn:aws:iam:::user/${user}`] };
    const Statement = statements.map((statement) => ({ ...statement, Principal }));
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await this.#client.send(new PutBucketPolicyCommand({ Bucket: this.bucket, Policy }));
  }

  async files(): Promise<StoredFile[]> {
    const found: StoredFile[] = [];
    for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: this.bucket }))
      for (const { Key: key = '', Size: sizeBytes = -1 } of page.Contents ?? [])
        found.push({ key, name: key.slice(key.lastIndexOf('/') + 1), sizeBytes });
    return found;
  }

  /** Hexadecimal, of the object's bytes as they come out of the bucket; never whole in memory. */
  async sha256Of(key: string): Promise<string> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    const hash = createHash('sha256');
    for await (const chunk of Body as Readable) hash.update(chunk);
    return hash.digest('hex');
  }

  async typeOf(key: string): Promise<string | undefined> {
    const { ContentType } = await this.#client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }));
    return ContentType;
  }

  async delete(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  /** What the store says of an object beside its bytes. */
  headersOf(key: string): Promise<HeadObjectCommandOutput> {
    return this.#client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  async tagsOf(key: string): Promise<Record<string, string>> {
    const { TagSet = [] } = await this.#client.send(
      new GetObjectTaggingCommand({ Bucket: this.bucket, Key: key }),
    );
    return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
  }

  /** Multipart uploads that were begun and neither completed nor aborted. */
  async unfinishedUploads(): Promise<number> {
    const { Uploads } = await this.#client.send(new ListMultipartUploadsCommand({ Bucket: this.bucket }));
    return Uploads?.length ?? 0;
  }

  /** Aborts them behind the widget's back, as a lifecycle rule does. */
  async abortUnfinished(): Promise<void> {
    const { Uploads = [] } = await this.#client.send(
      new ListMultipartUploadsCommand({ Bucket: this.bucket }),
    );
    for (const { Key, UploadId } of Uploads)
      await this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.bucket, Key, UploadId }));
  }

  /** Deletes the bucket with all that is in it, as far as the store lets it. */
  async remove(): Promise<void> {
    const files = await this.files();
    for (let start = 0; start < files.length; start += 1000) {
      const Objects = files.slice(start, start + 1000).map(({ key }) => ({ Key: key }));
      await this.#client.send(new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects } }));
    }
    // a bucket with an unfinished upload in it stays; the store goes away with the tests
    await this.#client.send(new DeleteBucketCommand({ Bucket: this.bucket })).catch(() => undefined);
    this.#client.destroy();
  }
}
