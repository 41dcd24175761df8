import { createHash } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect } from 'vitest';
import { type RunningBucket, startBucket } from '../startBucket.ts';
import { makeClient } from './makeClient.ts';

/** The bucket that `provideBucket` makes. */
export const Bucket = 'demo';

/** A bucket and a client for all tests of one file. */
export interface TestBucket {
  readonly bucket: RunningBucket;
  readonly s3: S3Client;
  readBack(key: string): Promise<Buffer>;
  /** Compares by hash, for an element-wise comparison of megabytes takes seconds. */
  expectStored(key: string, wanted: Uint8Array): Promise<void>;
}

/** Starts a bucket before the first test of a file and stops it after the last. */
export function provideBucket(): TestBucket {
  let bucket: RunningBucket;
  let s3: S3Client;
  beforeAll(async () => {
    bucket = await startBucket({ buckets: [Bucket] });
    s3 = makeClient(bucket);
  });
  afterAll(() => bucket.stop());
  const readBack = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  return {
    get bucket() {
      return bucket;
    },
    get s3() {
      return s3;
    },
    readBack,
    async expectStored(key, wanted) {
      const stored = await readBack(key);
      expect([stored.length, md5(stored)]).toEqual([wanted.length, md5(wanted)]);
    },
  };
}

export const md5 = (data: string | Uint8Array) => createHash('md5').update(data).digest('hex');

/** What the SDK's error looks like when S3 refuses. */
export const refused = (name: string, status: number) => ({ name, $metadata: { httpStatusCode: status } });
