// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { bytesOf, sendParts } from './testing/sendFile.ts';

const SIZE = 7;
const PARTED = { sizeBytes: SIZE, partSizeBytes: 5 * 1024 * 1024, firstParts: 1 };

// The SDK's own retries take their time, and a busy machine more.
vi.setConfig({ testTimeout: 30_000 });

let bucket: RunningBucket;
let s3: S3Client;
beforeAll(async () => {
  bucket = await startBucket({ buckets: ['uploads'] });
  const { url: endpoint, region } = bucket;
  s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: bucket });
});
afterAll(async () => {
  s3.destroy();
  await bucket.stop();
});
beforeEach(() => bucket.faults.clear());

function site(options: Record<string, unknown> = {}) {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const store = { bucket: 'uploads', region, endpoint, accessKeyId, secretAccessKey, profile: 'local' };
  return new EndpointUnderTest({ store, ...options } as any);
}

async function begunUploads(): Promise<number> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'uploads' }));
  return Uploads.length;
}

async function finish(endpoint: EndpointUnderTest, upload: any): Promise<any> {
  const parts = await sendParts(upload, bytesOf(SIZE), PARTED.partSizeBytes);
  const { body } = await endpoint.post('complete', { uploads: [{ ticket: upload.ticket, parts }] });
  return body.uploads[0];
}

const ours = { ...PARTED, idempotencyKey: 'drawn by lot' };

test('an upload whose answer nobody heard is given up when the one announced again is finished', async () => {
  const endpoint = site();
  const unheard = await endpoint.announce(ours);
  const upload = await endpoint.announce(ours);
  expect(upload.key).toBe(unheard.key);
  expect(await begunUploads()).toBe(2);
  expect(await finish(endpoint, upload)).toMatchObject({ ok: true, object: { key: upload.key } });
  expect(await begunUploads()).toBe(0);
});

test('and when it is aborted', async () => {
  const endpoint = site();
  await endpoint.announce(ours);
  const { ticket } = await endpoint.announce(ours);
  await endpoint.post('abort', { uploads: [{ ticket }] });
  expect(await begunUploads()).toBe(0);
});

test('so is one of which the endpoint itself did not hear', async () => {
  const endpoint = site();
  bucket.faults.add({ fault: 'lost-answer', operation: 'CreateMultipartUpload', times: 1 });
  const upload = await endpoint.announce(PARTED);
  expect(await begunUploads()).toBe(2);
  expect((await finish(endpoint, upload)).ok).toBe(true);
  expect(await begunUploads()).toBe(0);
});

test('other people’s uploads are left alone: their keys are others, and a key that the site chose is nobody’s own', async () => {
  const endpoint = site({ anonymous: undefined, authorize: userOf });
  const anna = { 'x-user': 'anna' };
  const other = await endpoint.announce(ours, { 'x-user': 'bert' });
  const { key, ticket } = await endpoint.announce(ours, anna);
  expect(other.key).not.toBe(key);
  await endpoint.post('abort', { uploads: [{ ticket }] }, anna);
  expect(await begunUploads()).toBe(1);
  await endpoint.post('abort', { uploads: [{ ticket: other.ticket }] }, { 'x-user': 'bert' });

  const chosen = site({ uploads: { key: () => 'always the same' } });
  const mine = await chosen.announce(ours);
  const twin = await chosen.announce(ours);
  await chosen.post('abort', { uploads: [{ ticket: twin.ticket }] });
  expect(await begunUploads()).toBe(1);
  await chosen.post('abort', { uploads: [{ ticket: mine.ticket }] });
});

const userOf = (request: Request) => ({ id: request.headers.get('x-user') ?? '' });
