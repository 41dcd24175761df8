import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Transfer } from '../Transfer.ts';
import { FAKE_CONFIG, FakeWorld } from '../testing/FakeWorld.ts';
import { MemoryStore } from '../testing/MemoryStore.ts';

let world: FakeWorld;
let store: MemoryStore;
beforeEach(() => {
  world = new FakeWorld();
  world.install();
  store = new MemoryStore();
});
afterEach(() => vi.unstubAllGlobals());

const bytes = Uint8Array.from({ length: 105 }, (_, i) => (i * 7) & 255);
const other = Uint8Array.from(bytes, (byte, i) => (i === 77 ? byte ^ 1 : byte));
const PARTS = 11;
const start = () => new Transfer({ endpoint: '/api/uploads', journal: store, retry: { attempts: 1 } });
const add = (transfer: Transfer, content: Uint8Array<ArrayBuffer>) =>
  transfer.add({
    id: 'f',
    name: 'film.mov',
    type: 'x/y',
    blob: new File([content], 'film.mov', { type: 'x/y', lastModified: 1 }),
  });

const crc = (content: Uint8Array) => {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(crc32(content));
  return four.toString('base64');
};
const md5 = (content: Uint8Array) => createHash('md5').update(content).digest();
const etagOfParts = (content: Uint8Array) => {
  const parts = Array.from({ length: PARTS }, (_, n) => md5(content.subarray(n * 10, n * 10 + 10)));
  return `${md5(Buffer.concat(parts)).toString('hex')}-${PARTS}`;
};

/** The first life: all parts are sent, and the page is gone before it hears that the object is there. */
async function completedUnheard(): Promise<void> {
  world.endpoint = (call) => (call === 'complete' ? { status: 200, body: new Promise(() => {}) } : undefined);
  const transfer = start();
  add(transfer, bytes);
  await vi.waitFor(() => expect(world.count('complete')).toBe(1), { interval: 1 });
  transfer.destroy();
  world.requests.length = 0;
  world.calls.length = 0;
}

/** The bucket has made the parts an object, of which the endpoint tells this. */
function isObject(object: object): void {
  world.endpoint = (call, { uploads } = {}) => {
    if (call === 'uploaded-parts')
      return { status: 404, body: { error: { code: 'upload-gone', message: 'm' } } };
    if (call !== 'complete' || uploads[0].parts) return undefined;
    const stored = { key: 'k', sizeBytes: 105, etag: 'e', type: 'x/y', receipt: 'r', ...object };
    return { status: 200, body: { uploads: [{ ok: true, object: stored }] } };
  };
}
const asked = () => world.calls.find(({ call }) => call === 'complete')?.body.uploads[0];

describe.each([
  [
    'crc32',
    { checksum: { algorithm: 'crc32', value: crc(bytes) } },
    { checksum: crc(bytes) },
    { checksum: { algorithm: 'crc32', value: crc(other) } },
  ],
  ['md5', {}, { etag: etagOfParts(bytes) }, undefined],
] as const)('an upload with %s that was completed when the page died', (parts, object, proof, another) => {
  beforeEach(async () => {
    world.config = { ...FAKE_CONFIG, checksums: { singleRequest: 'md5', parts } };
    await completedUnheard();
  });

  it('is reported, and nothing is sent', async () => {
    isObject(object);
    const upload = add(start(), bytes);
    expect((await upload.finished).key).toBe('k');
    expect(asked()).toEqual({ ticket: expect.any(String), ...proof });
    expect(world.requests).toEqual([]);
    expect(world.count('uploads')).toBe(0);
    expect(upload.sentBytes).toBe(105);
    expect(store.entries.size).toBe(0);
  });

  it('is not taken for another file’s', async () => {
    isObject(object);
    await add(start(), other).finished;
    expect(world.requests).toHaveLength(PARTS);
    expect(world.count('uploads')).toBe(1);
    expect(store.entries.size).toBe(1);
  });

  it('begins anew where the object is another, or missing', async () => {
    if (another) isObject(another);
    else {
      isObject({});
      const { endpoint } = world;
      world.endpoint = (call, body, nth) =>
        call === 'complete' && !body.uploads[0].parts
          ? {
              status: 200,
              body: { uploads: [{ ok: false, error: { code: 'object-mismatch', message: 'm' } }] },
            }
          : endpoint(call, body, nth);
    }
    await add(start(), bytes).finished;
    expect(world.requests).toHaveLength(PARTS);
    expect(store.entries.size).toBe(0);
  });
});

it('tells how far a file is proved, and takes it back when it is another', async () => {
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: 'md5', parts: 'crc32' } };
  await completedUnheard();
  const listed = Array.from({ length: PARTS }, (_, n) => {
    const part = bytes.subarray(n * 10, n * 10 + 10);
    return { partNumber: n + 1, etag: 'e', sizeBytes: part.length, checksum: crc(part) };
  });
  world.endpoint = (call) =>
    call === 'uploaded-parts' ? { status: 200, body: { parts: listed } } : undefined;
  // It differs in the eighth part: seven are proved before.
  const upload = add(start(), other);
  const proved: number[] = [];
  const { store: tell } = upload.meter;
  upload.meter.store = (...part) => {
    tell.apply(upload.meter, part);
    if (upload.proving) proved.push(upload.sentBytes);
  };
  await upload.finished;
  expect(world.requests).toHaveLength(PARTS);
  expect(upload.proving).toBeUndefined();
  expect(proved).toEqual([10, 20, 30, 40, 50, 60, 70]);
});
