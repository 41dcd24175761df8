// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { digestOf } from '../bucket/checksum/createDigest.ts';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { STORE_PROFILES, type StoreProfile } from './storeProfiles.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { bytesOf, sendParts, sendSingle } from './testing/sendFile.ts';

const PART = 5 * 1024 * 1024;
const FILE = bytesOf(2 * PART + 7);
const OTHER = bytesOf(2 * PART + 7, 2);

let bucket: RunningBucket;
vi.setConfig({ testTimeout: 30_000 });
beforeAll(async () => {
  bucket = await startBucket({ buckets: ['uploads'] });
});
afterAll(() => bucket.stop());

const site = (profile: StoreProfile) => {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = bucket;
  return new EndpointUnderTest({
    store: { bucket: 'uploads', region, endpoint, accessKeyId, secretAccessKey, profile },
  });
};
type Algorithm = StoreProfile['checksums']['parts'];
type Hash = (bytes: Uint8Array) => Promise<string>;
const hashWith =
  (name: 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'MD5'): Hash =>
  async (bytes) =>
    (await digestOf(name, bytes)).toString('base64');
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64');
const HASHES: Record<Algorithm, Hash> = {
  crc32: hashWith('CRC32'),
  crc32c: hashWith('CRC32C'),
  crc64nvme: hashWith('CRC64NVME'),
  md5: hashWith('MD5'),
};
const verifies = (parts: Algorithm, partsTold: boolean): StoreProfile => ({
  ...STORE_PROFILES.local,
  checksums: { ...STORE_PROFILES.local.checksums, parts, partsTold },
});
const parts = (file: Uint8Array, hash: Hash) =>
  Promise.all(
    [1, 2, 3].map(async (partNumber) => ({
      partNumber,
      checksum: await hash(file.subarray((partNumber - 1) * PART, partNumber * PART)),
    })),
  );
async function announceAndSign(endpoint: EndpointUnderTest, algorithm: Algorithm) {
  const upload = await endpoint.announce({
    sizeBytes: FILE.length,
    partSizeBytes: PART,
    firstParts: 3,
    partChecksums: algorithm,
  });
  const wanted = await parts(FILE, HASHES[algorithm]);
  const { body } = await endpoint.post('parts', { uploads: [{ ticket: upload.ticket, parts: wanted }] });
  return { upload, wanted, signed: body.uploads[0].signed };
}
async function complete(endpoint: EndpointUnderTest, upload: any, more: object) {
  const { body } = await endpoint.post('complete', { uploads: [{ ticket: upload.ticket, ...more }] });
  return body.uploads?.[0] ?? body;
}

describe.each([
  ['crc32', verifies('crc32', false)],
  ['crc32c', verifies('crc32c', false)],
  ['crc64nvme', verifies('crc64nvme', false)],
  ['md5', STORE_PROFILES.r2],
] as const)('parts that come with %s', (algorithm, profile) => {
  test('are not signed before they are hashed, and stored when they arrive whole', async () => {
    const endpoint = site(profile);
    const { upload, signed, wanted } = await announceAndSign(endpoint, algorithm);
    expect(upload.parts).toEqual([]);
    const sent = await sendParts(signed, FILE, PART);
    const whole = await HASHES[algorithm](FILE);
    const told =
      algorithm === 'md5'
        ? { parts: sent }
        : { parts: sent.map((part, i) => ({ ...part, checksum: wanted[i]?.checksum })), checksum: whole };
    const { object } = await complete(endpoint, upload, told);
    expect(object.sizeBytes).toBe(FILE.length);
    expect(object.checksum).toEqual(algorithm === 'md5' ? undefined : { algorithm, value: whole });
    // what is there is compared, even by a call that puts nothing together
    const other = await complete(endpoint, upload, { checksum: await HASHES[algorithm](OTHER) });
    if (algorithm !== 'md5') expect(other.error.code).toBe('object-mismatch');
  });

  test('are refused by the bucket when a byte is another', async () => {
    const { signed } = await announceAndSign(site(profile), algorithm);
    await expect(sendParts(signed, OTHER, PART)).rejects.toThrow(/BadDigest/);
  });

  test('without their checksum, or with one of another kind, are not signed', async () => {
    const endpoint = site(profile);
    const { upload } = await announceAndSign(endpoint, algorithm);
    const other = await (algorithm === 'md5' ? HASHES.crc32 : HASHES.md5)(FILE);
    for (const part of [{ partNumber: 1 }, { partNumber: 1, checksum: other }]) {
      const answer = await endpoint.post('parts', { uploads: [{ ticket: upload.ticket, parts: [part] }] });
      expect([answer.status, answer.body.error?.code]).toEqual([400, 'bad-request']);
    }
  });

  test('of another algorithm are not begun', async () => {
    const other = algorithm === 'crc32' ? 'md5' : 'crc32';
    const answer = await site(profile).announce({
      sizeBytes: FILE.length,
      partSizeBytes: PART,
      partChecksums: other,
    });
    expect(answer.error.code).toBe('bad-request');
  });
});

describe.each([
  ['crc32', STORE_PROFILES.local],
  ['crc32c', verifies('crc32c', true)],
  ['crc64nvme', verifies('crc64nvme', true)],
  ['md5', STORE_PROFILES.ceph],
] as const)('parts of which the store tells %s', (algorithm, profile) => {
  const announce = (endpoint: EndpointUnderTest) =>
    endpoint.announce({
      sizeBytes: FILE.length,
      partSizeBytes: PART,
      partChecksums: algorithm,
      firstParts: 100,
    });

  test('are signed before they are hashed, and what arrived is told', async () => {
    const endpoint = site(profile);
    const upload = await announce(endpoint);
    expect(upload.parts.map((part: any) => [part.partNumber, part.headers])).toEqual([
      [1, {}],
      [2, {}],
      [3, {}],
    ]);
    const [{ url }] = upload.parts;
    const answer = await fetch(url, { method: 'PUT', body: OTHER.slice(0, PART) });
    const [{ checksum: meant }] = (await parts(OTHER, HASHES[algorithm])) as any;
    const etag = answer.headers.get('etag')?.replaceAll('"', '');
    if (algorithm === 'md5') expect(Buffer.from(String(etag), 'hex').toString('base64')).toBe(meant);
    else expect(answer.headers.get(`x-amz-checksum-${algorithm}`)).toBe(meant);
    const { body } = await endpoint.post('uploaded-parts', { ticket: upload.ticket });
    expect(body.parts[0].checksum).toBe(algorithm === 'md5' ? undefined : meant);
  });

  test('are put together by their checksums, or not at all', async () => {
    const endpoint = site(profile);
    const upload = await announce(endpoint);
    const sent = await sendParts(upload, FILE, PART);
    if (algorithm !== 'md5') {
      const others = await parts(OTHER, HASHES[algorithm]);
      const named = sent.map((part, i) => ({ ...part, checksum: others[i]?.checksum }));
      const refused = await complete(endpoint, upload, {
        parts: named,
        checksum: await HASHES[algorithm](OTHER),
      });
      expect(refused.error.code).toBe('part-refused');
    }
    const meant = await parts(FILE, HASHES[algorithm]);
    const named = sent.map((part, i) => ({ ...part, checksum: meant[i]?.checksum }));
    const told =
      algorithm === 'md5' ? { parts: sent } : { parts: named, checksum: await HASHES[algorithm](FILE) };
    expect((await complete(endpoint, upload, told)).ok).toBe(true);
  });

  test('may come with their checksums all the same', async () => {
    const { signed } = await announceAndSign(site(profile), algorithm);
    await expect(sendParts(signed, OTHER, PART)).rejects.toThrow(/BadDigest/);
  });
});

test.each(['crc32', 'crc32c', 'crc64nvme'] as const)(
  'a whole file of another %s is not put together',
  async (algorithm) => {
    const endpoint = site(verifies(algorithm, false));
    const { upload, signed, wanted } = await announceAndSign(endpoint, algorithm);
    const sent = await sendParts(signed, FILE, PART);
    const named = sent.map((part, i) => ({ ...part, checksum: wanted[i]?.checksum }));
    const refused = await complete(endpoint, upload, {
      parts: named,
      checksum: await HASHES[algorithm](OTHER),
    });
    expect(refused.error.code).toBe('part-refused');
  },
);

describe.each([
  ['a form with Content-MD5', STORE_PROFILES.local, 'post'],
  ['a form without it', STORE_PROFILES.minio, 'post'],
  ['a PUT', STORE_PROFILES.r2, 'put'],
] as const)('one request: %s', (_, profile, method) => {
  const file = FILE.subarray(0, 1000);
  const other = OTHER.subarray(0, 1000);

  test('is stored when it arrives whole', async () => {
    const endpoint = site(profile);
    const upload = await endpoint.announce({ sizeBytes: 1000, checksum: md5(file) });
    expect(upload.method).toBe(method);
    expect((await sendSingle(upload, file)).ok).toBe(true);
    expect((await complete(endpoint, upload, {})).ok).toBe(true);
  });

  test('with another byte is refused by the bucket, or found out at the end', async () => {
    const endpoint = site(profile);
    const upload = await endpoint.announce({ sizeBytes: 1000, checksum: md5(file) });
    const sent = await sendSingle(upload, other);
    expect(sent.ok).toBe(!('Content-MD5' in (upload.fields ?? {})) && method === 'post');
    if (sent.ok) expect((await complete(endpoint, upload, {})).error.code).toBe('object-mismatch');
    else expect(await sent.text()).toMatch(/BadDigest/);
  });
});
