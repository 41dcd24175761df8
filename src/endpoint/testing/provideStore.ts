// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import { STORE_PROFILES, type StoreProfile } from '../storeProfiles.ts';
import type { StoreOptions } from '../UploadEndpointOptions.ts';
import type { EndpointUnderTest } from './EndpointUnderTest.ts';
import { type Bytes, sendParts, sendSingle } from './sendFile.ts';

const BUCKET = 'uploads';
const PART = 5 * 1024 * 1024;

interface RunningStore {
  url: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  stop(): Promise<void>;
}

/** A local bucket for all tests of one file, and a look into it past the endpoint. */
export function provideStore(start: (options: { buckets: string[] }) => Promise<RunningStore>) {
  let server: RunningStore;
  let s3: S3Client;
  beforeAll(async () => {
    server = await start({ buckets: [BUCKET] });
    const { url: endpoint, region, accessKeyId, secretAccessKey } = server;
    s3 = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
  });
  afterAll(async () => {
    s3.destroy();
    await server.stop();
  });
  return {
    /** The endpoint's `store`, as one that can do less. */
    options(less: Partial<StoreProfile> = {}): StoreOptions {
      const { url: endpoint, region, accessKeyId, secretAccessKey } = server;
      const profile = { ...STORE_PROFILES.local, ...less };
      return { bucket: BUCKET, region, endpoint, accessKeyId, secretAccessKey, profile };
    },
    head: (Key: string) => s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key })),
    remove: (Key: string) => s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key })),
    async text(Key: string) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      return Body?.transformToString();
    },
    async tags(Key: string) {
      const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key }));
      return Object.fromEntries(TagSet.map((tag) => [tag.Key, tag.Value]));
    },
    async unfinished() {
      return (await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }))).Uploads ?? [];
    },
  };
}

/** Asks to complete one upload, and gives its entry of the answer. */
export async function complete(endpoint: EndpointUnderTest, upload: any, more = {}): Promise<any> {
  const { body } = await endpoint.post('complete', { uploads: [{ ticket: upload.ticket, ...more }] });
  return body.uploads?.[0] ?? body;
}

/** Announces, sends and completes one small file; `inParts`: as a multipart upload of one part. */
export async function uploadText(
  endpoint: EndpointUnderTest,
  text: string,
  { inParts = false, ...file }: Record<string, unknown> = {},
): Promise<{ upload: any; sent: Response | undefined; done: any }> {
  const bytes: Bytes = new TextEncoder().encode(text);
  const parts = inParts ? { partSizeBytes: PART, firstParts: 1 } : {};
  const upload = await endpoint.announce({ sizeBytes: bytes.length, ...parts, ...file });
  if (!upload.ok) return { upload, sent: undefined, done: upload };
  if (!inParts) {
    const sent = await sendSingle(upload, bytes);
    return { upload, sent, done: await complete(endpoint, upload) };
  }
  const sentParts = await sendParts(upload, bytes, PART);
  return { upload, sent: undefined, done: await complete(endpoint, upload, { parts: sentParts }) };
}
