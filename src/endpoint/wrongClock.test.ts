import { afterEach, describe, expect, test } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { STORE_PROFILES } from './storeProfiles.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { bytesOf, sendParts, sendSingle } from './testing/sendFile.ts';

const HELLO = new TextEncoder().encode('hello');
const HOUR_MS = 3_600_000;

let bucket: RunningBucket;
afterEach(() => bucket.stop());

/** The store of a bucket whose clock goes ahead of the endpoint's by so much. */
async function storeAhead(offsetMs: number) {
  bucket = await startBucket({ buckets: ['uploads'], now: () => Date.now() + offsetMs });
  const { url: endpoint, region, accessKeyId, secretAccessKey } = bucket;
  return { bucket: 'uploads', region, endpoint, accessKeyId, secretAccessKey };
}

// A form is good from the beginning of time: only one that is over is refused.
test.each([
  ['behind', 'post', 3 * HOUR_MS],
  ['behind', 'put', 3 * HOUR_MS],
  ['ahead of', 'put', -3 * HOUR_MS],
] as const)(
  'a clock hours %s the store’s costs one refused %s, and no upload',
  async (_, singleRequest, offsetMs) => {
    const profile = { ...STORE_PROFILES.local, singleRequest };
    const site = new EndpointUnderTest({ store: { ...(await storeAhead(offsetMs)), profile } });
    const upload = await site.announce({ sizeBytes: HELLO.length });
    expect((await sendSingle(upload, HELLO)).status).toBe(403);

    const { body } = await site.post('parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
    const again = await sendSingle(body.uploads[0].signed, HELLO);
    expect(again.status).toBeLessThan(300);
    const completed = await site.post('complete', { uploads: [{ ticket: upload.ticket }] });
    expect(completed.body.uploads[0]).toMatchObject({ ok: true, object: { sizeBytes: HELLO.length } });
  },
);

describe.each([
  ['behind', 3 * HOUR_MS],
  ['ahead of', -3 * HOUR_MS],
])('a clock hours %s the store’s', (_, offsetMs) => {
  const PART = 5 * 1024 * 1024;
  const bytes = bytesOf(PART + 1);
  const file = { sizeBytes: bytes.length, partSizeBytes: PART };
  const upload = async (begins: EndpointUnderTest, goesOn: EndpointUnderTest) => {
    const { ticket } = await begins.announce(file);
    const parts = [{ partNumber: 1 }, { partNumber: 2 }];
    const { body } = await goesOn.post('parts', { uploads: [{ ticket, parts }] });
    const sent = await sendParts(body.uploads[0].signed, bytes, PART);
    return { uploads: [{ ticket, parts: sent }] };
  };

  test('costs no part, though another copy of the endpoint has begun the upload', async () => {
    const store = { ...(await storeAhead(offsetMs)), profile: 'local' as const };
    const [first, second] = [new EndpointUnderTest({ store }), new EndpointUnderTest({ store })];
    const { body } = await second.post('complete', await upload(first, second));
    expect(body.uploads[0]).toMatchObject({ ok: true, object: { sizeBytes: bytes.length } });
  });

  test('that is learned with the last try of a request is no refusal', async () => {
    const store = { ...(await storeAhead(offsetMs)), profile: 'local' as const };
    const { ticket } = await new EndpointUnderTest({ store }).announce({ sizeBytes: HELLO.length });
    const site = new EndpointUnderTest({ store });
    const { body } = await site.post('parts', { uploads: [{ ticket, parts: [] }] });
    await sendSingle(body.uploads[0].signed, HELLO);
    bucket.faults.add({ fault: 'lost-answer', operation: 'HeadObject', times: 2 });
    const uploads = [{ ticket }];
    const first = await site.post('complete', { uploads });
    expect(first.body.uploads?.[0] ?? first.body).toMatchObject({ error: { code: 'store-unavailable' } });
    const { body: second } = await site.post('complete', { uploads });
    expect(second.uploads[0]).toMatchObject({ ok: true });
  });

  test('lets a completion be repeated', async () => {
    const store = { ...(await storeAhead(offsetMs)), profile: 'local' as const };
    const site = new EndpointUnderTest({ store });
    const finished = await upload(site, site);
    const first = await site.post('complete', finished);
    const again = await new EndpointUnderTest({ store }).post('complete', finished);
    expect(again.body.uploads[0]).toMatchObject({
      ok: true,
      object: { etag: first.body.uploads[0].object.etag },
    });
  });
});
