import { afterEach, expect, test } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { STORE_PROFILES } from './storeProfiles.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { sendSingle } from './testing/sendFile.ts';

const HELLO = new TextEncoder().encode('hello');
const HOUR_MS = 3_600_000;

let bucket: RunningBucket;
afterEach(() => bucket.stop());

// A form is good from the beginning of time: only one that is over is refused.
test.each([
  ['behind', 'post', 3 * HOUR_MS],
  ['behind', 'put', 3 * HOUR_MS],
  ['ahead of', 'put', -3 * HOUR_MS],
] as const)(
  'a clock hours %s the store’s costs one refused %s, and no upload',
  async (_, singleRequest, offsetMs) => {
    bucket = await startBucket({ buckets: ['uploads'], now: () => Date.now() + offsetMs });
    const { url: endpoint, region, accessKeyId, secretAccessKey } = bucket;
    const profile = { ...STORE_PROFILES.local, singleRequest };
    const site = new EndpointUnderTest({
      store: { bucket: 'uploads', region, endpoint, accessKeyId, secretAccessKey, profile },
    });
    const upload = await site.announce({ sizeBytes: HELLO.length });
    expect((await sendSingle(upload, HELLO)).status).toBe(403);

    const { body } = await site.post('parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
    const again = await sendSingle(body.uploads[0].signed, HELLO);
    expect(again.status).toBeLessThan(300);
    const completed = await site.post('complete', { uploads: [{ ticket: upload.ticket }] });
    expect(completed.body.uploads[0]).toMatchObject({ ok: true, object: { sizeBytes: HELLO.length } });
  },
);
