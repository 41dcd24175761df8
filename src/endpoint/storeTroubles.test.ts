// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FaultRule, type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { STORE_PROFILES } from './storeProfiles.ts';
import { EndpointUnderTest, holdsSignature } from './testing/EndpointUnderTest.ts';
import { bytesOf, sendParts, sendSingle } from './testing/sendFile.ts';

/** Small parts, so that many of them are quickly sent. */
const PART = 10;
const profile = { ...STORE_PROFILES.local, minPartSizeBytes: 1 };
let bucket: RunningBucket;

// The SDK's own retries take their time, and a busy machine more.
vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  bucket = await startBucket({ buckets: ['uploads'], minPartSizeBytes: 1 });
});
afterAll(() => bucket.stop());
beforeEach(() => {
  bucket.faults.clear();
  bucket.resetStats();
});

const site = (place: Record<string, unknown> = {}, options: Record<string, unknown> = {}) => {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const store = {
    bucket: 'uploads',
    region,
    endpoint,
    accessKeyId,
    secretAccessKey,
    profile,
    ...place,
  } as any;
  return new EndpointUnderTest({ store, ...options });
};
const finish = async (endpoint: EndpointUnderTest, upload: any, parts?: any) =>
  endpoint.post('complete', { uploads: [{ ticket: upload.ticket, ...(parts && { parts }) }] });
const sendAll = async (endpoint: EndpointUnderTest, sizeBytes = 3 * PART - 1, more = {}) => {
  const upload = await endpoint.announce({ sizeBytes, partSizeBytes: PART, firstParts: 100, ...more });
  return { upload, parts: await sendParts(upload, bytesOf(sizeBytes), PART) };
};

describe('Complete', () => {
  test.each<[string, Omit<FaultRule, 'operation'>]>([
    ['whose answer is lost, every time', { fault: 'lost-answer' }],
    ['whose answer is lost once', { fault: 'lost-answer', times: 1 }],
    ['with an error in its 200, once', { fault: 'error-in-200', times: 1 }],
    ['that fails twice', { fault: 'status-500', times: 2 }],
    ['that asks to slow down once', { fault: 'slow-down', times: 1 }],
  ])('%s still ends with the object', async (_title, fault) => {
    const endpoint = site();
    const { upload, parts } = await sendAll(endpoint);
    bucket.faults.add({ ...fault, operation: 'CompleteMultipartUpload' });
    const { status, body } = await finish(endpoint, upload, parts);
    expect(bucket.faults.fired()).toBeGreaterThan(0);
    expect([status, body.uploads?.[0]?.object?.sizeBytes]).toEqual([200, 3 * PART - 1]);
  });

  test.each<FaultRule['fault']>(['error-in-200', 'status-500', 'slow-down', 'reset-mid-body'])(
    'that always fails with %s is a 503, and works once the store does',
    async (fault) => {
      const endpoint = site();
      const { upload, parts } = await sendAll(endpoint);
      bucket.faults.add({ fault, operation: 'CompleteMultipartUpload' });
      const failed = await finish(endpoint, upload, parts);
      expect([failed.status, failed.body.error.code, holdsSignature(failed.text)]).toEqual([
        503,
        'store-unavailable',
        false,
      ]);
      bucket.faults.clear();
      expect((await finish(endpoint, upload, parts)).body.uploads[0].ok).toBe(true);
    },
  );

  test('does not take an older object at the same key for its own', async () => {
    const uploads = { key: () => 'always the same' };
    const hourAhead = site({}, { uploads, now: () => Date.now() + 3600_000 });
    const old = await hourAhead.announce({ sizeBytes: PART, partSizeBytes: PART });
    await sendSingle(await site({}, { uploads }).announce({ sizeBytes: PART }), bytesOf(PART));
    await hourAhead.post('abort', { uploads: [{ ticket: old.ticket }] });
    const parts = [{ partNumber: 1, etag: 'x' }];
    expect((await finish(hourAhead, old, parts)).body.uploads[0].error.code).toBe('upload-gone');
  });

  test('of an object of another size is a mismatch, is logged, and leaves it there', async () => {
    const uploads = { key: () => 'taken by another' };
    const endpoint = site({}, { uploads });
    const upload = await endpoint.announce({ sizeBytes: 5 });
    await sendSingle(await endpoint.announce({ sizeBytes: 6 }), bytesOf(6));
    const { status, body } = await finish(endpoint, upload);
    expect([status, body.uploads[0].error.code]).toEqual([200, 'object-mismatch']);
    expect(endpoint.log).toMatchObject([{ level: 'warn', code: 'object-mismatch' }]);
    expect(bucket.stats().operations.DeleteObject).toBeUndefined();
  });
});

test('all pages of parts are listed', async () => {
  const endpoint = site();
  const upload = await endpoint.announce({ sizeBytes: 1005 * PART, partSizeBytes: PART });
  const numbers = Array.from({ length: 1005 }, (_, index) => ({ partNumber: index + 1 }));
  const ask = async (parts: any[]) => {
    const { body } = await endpoint.post('parts', { uploads: [{ ticket: upload.ticket, parts }] });
    return body.uploads[0].signed;
  };
  const file = bytesOf(1005 * PART);
  const parts: any[] = [];
  for (const part of [await ask(numbers.slice(0, 1000)), await ask(numbers.slice(1000))]) {
    parts.push(...(await sendParts(part, file, PART)));
  }
  const { body } = await endpoint.post('uploaded-parts', { ticket: upload.ticket });
  expect(body.parts.map((part: any) => part.partNumber)).toEqual(numbers.map((part) => part.partNumber));
  expect(bucket.stats().operations.ListParts).toBe(2);
  expect((await finish(endpoint, upload, parts)).body.uploads[0].object.sizeBytes).toBe(1005 * PART);
});

test('more than 1,000 parts in one call are refused', async () => {
  const endpoint = site();
  const { ticket } = await endpoint.announce({ sizeBytes: 1005 * PART, partSizeBytes: PART });
  const parts = Array.from({ length: 501 }, (_, index) => ({ partNumber: index + 1 }));
  const { status, body } = await endpoint.post('parts', {
    uploads: [
      { ticket, parts },
      { ticket, parts },
    ],
  });
  expect([status, body.error.code]).toEqual([400, 'bad-request']);
});

test('at most 16 questions are under way at the store at once', async () => {
  const endpoint = site();
  bucket.faults.add({ fault: 'delay', delayMs: 100, operation: 'CreateMultipartUpload' });
  const files = Array.from({ length: 60 }, (_, id) => ({
    id: `${id}`,
    name: 'x',
    type: '',
    sizeBytes: 10,
    partSizeBytes: 10,
  }));
  const { body } = await endpoint.post('uploads', { files });
  expect(body.uploads.every((upload: any) => upload.ok)).toBe(true);
  // The bucket counts a request until its end is logged, a moment after the next one has begun.
  expect(bucket.stats().peakInFlight).toBeGreaterThanOrEqual(16);
  expect(bucket.stats().peakInFlight).toBeLessThanOrEqual(24);
});

describe('a store that refuses', () => {
  const wrong = { secretAccessKey: 'not-the-right-secret-access-key' };
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['the bucket is missing', { bucket: 'no-such-bucket' }, /bucket does not exist/],
    ['the secret is wrong', wrong, /secret access key/],
    ['the access key is unknown', { accessKeyId: 'AKIDNOBODY' }, /access key/],
    ['the region is another', { region: 'eu-west-9' }, /region/],
  ])('because %s is a 502 with a hint, and the details go to the log', async (_title, place, hint) => {
    const endpoint = site(place);
    const parts = { sizeBytes: 10, partSizeBytes: 10 };
    const { status, body, text } = await endpoint.post('uploads', {
      files: [{ id: '1', name: 'x', type: '', ...parts }],
    });
    expect([status, body.error.code]).toEqual([502, 'store-refused']);
    expect(body.error.hint).toMatch(hint);
    expect(holdsSignature(text)).toBe(false);
    expect(endpoint.log).toMatchObject([
      { level: 'error', code: 'store-refused', detail: expect.any(String) },
    ]);
    expect(JSON.stringify(endpoint.log) + text).not.toContain(wrong.secretAccessKey);
  });

  test('some of the files leaves the others alone', async () => {
    const endpoint = site();
    bucket.faults.add({ fault: 'status-500', operation: 'CreateMultipartUpload' });
    const { status, body } = await endpoint.post('uploads', {
      files: [
        { id: 'form', name: 'x', type: '', sizeBytes: 10 },
        { id: 'parts', name: 'x', type: '', sizeBytes: 10, partSizeBytes: 10 },
      ],
    });
    expect(status).toBe(200);
    expect(body.uploads).toMatchObject([
      { ok: true, id: 'form' },
      { ok: false, id: 'parts', error: { code: 'store-unavailable' } },
    ]);
  });
});

describe('credentials from a function', () => {
  const given = (more = {}) => {
    const { accessKeyId, secretAccessKey } = bucket;
    return {
      accessKeyId: undefined,
      secretAccessKey: undefined,
      credentials: async () => ({ accessKeyId, secretAccessKey, ...more }),
    };
  };

  test('are used for asking and for signing', async () => {
    const endpoint = site(given());
    const { upload, parts } = await sendAll(endpoint);
    expect((await finish(endpoint, upload, parts)).body.uploads[0].ok).toBe(true);
  });

  test('end, and no signature lives longer than they do', async () => {
    const upload = await site(given({ expiration: new Date(Date.now() + 600_500) })).announce();
    expect(upload.expiresInSeconds).toBeGreaterThan(590);
    expect(upload.expiresInSeconds).toBeLessThanOrEqual(600);
  });

  test('that cannot be had are a 503, told without details', async () => {
    const credentials = async () => {
      throw new Error('vault at 10.0.0.7 is sealed');
    };
    const endpoint = site({ ...given(), credentials });
    for (const file of [{ sizeBytes: 10 }, { sizeBytes: 10, partSizeBytes: 10 }]) {
      const files = [{ id: '1', name: 'x', type: '', ...file }];
      const { status, body, text } = await endpoint.post('uploads', { files });
      expect([status, body.error.code]).toEqual([503, 'store-unavailable']);
      expect(text).not.toMatch(/vault/);
    }
    expect(endpoint.log[0]?.detail).toMatch(/vault/);
  });
});
