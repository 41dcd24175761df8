import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Transfer } from '../Transfer.ts';
import { FAKE_CONFIG, FakeWorld } from '../testing/FakeWorld.ts';
import { MemoryStore } from '../testing/MemoryStore.ts';
import { partOf } from '../testing/partOf.ts';
import { until } from '../testing/until.ts';
import type { JournalStore } from './JournalStore.ts';

let world: FakeWorld;
let store: MemoryStore;
beforeEach(() => {
  world = new FakeWorld();
  world.install();
  store = new MemoryStore();
});
afterEach(() => vi.unstubAllGlobals());

const NAME = 'film.mov';
const bytes = (seed = 1) => Uint8Array.from({ length: 105 }, (_, i) => (i * 7 + seed) & 255);
const fileOf = (content: Uint8Array<ArrayBuffer>, lastModified = 1000) =>
  new File([content], NAME, { type: 'video/quicktime', lastModified });
const start = (journal: JournalStore | false = store, endpoint = '/api/uploads') =>
  new Transfer({
    endpoint,
    journal,
    maxConcurrentRequests: 1,
    retry: { attempts: 2, minDelayMs: 1, maxDelayMs: 1 },
  });
const add = (transfer: Transfer, file: File) =>
  transfer.add({ id: 'f', name: file.name, type: file.type, blob: file });
const etagOf = (content: Uint8Array, partNumber: number) =>
  createHash('md5')
    .update(content.subarray((partNumber - 1) * 10, partNumber * 10))
    .digest('hex');

/** A bucket that holds the parts 1 to `count` of a file, and stops answering from there on. */
function holdAfter(count: number, content: Uint8Array): void {
  world.answer = ({ url }) => {
    const partNumber = partOf(url);
    return partNumber <= count
      ? { status: 200, headers: { etag: `"${etagOf(content, partNumber)}"` } }
      : { status: 200, held: true };
  };
}
function bucketHolds(
  parts: number[],
  content: Uint8Array,
  sizeOf: (n: number) => number = (n) => (n === 11 ? 5 : 10),
): void {
  world.endpoint = (call) =>
    call === 'uploaded-parts'
      ? {
          status: 200,
          body: {
            parts: parts.map((n) => ({ partNumber: n, etag: etagOf(content, n), sizeBytes: sizeOf(n) })),
          },
        }
      : undefined;
}
/** The first life: four parts arrive, then the page is gone. */
async function interrupted(content = bytes()): Promise<void> {
  holdAfter(4, content);
  world.requests.length = 0;
  const transfer = start();
  add(transfer, fileOf(content));
  await until(() => world.requests.length === 5);
  transfer.destroy();
  world.requests.length = 0;
  world.calls.length = 0;
  world.answer = () => undefined;
  bucketHolds([1, 2, 3, 4], content);
}
const sent = () => world.requests.map((one) => partOf(one.url)).sort((a, b) => a - b);
const ALL = Array.from({ length: 11 }, (_, i) => i + 1);

describe.each([
  ['whose parts were noted', { singleRequest: 'md5', parts: 'crc32' } as const],
  ['whose parts are proved by their ETags', undefined],
])('an upload %s', (_, checksums) => {
  beforeEach(() => {
    world.config = { ...FAKE_CONFIG, ...(checksums && { checksums }) };
  });

  it('goes on after the page was gone, and sends only what is missing', async () => {
    await interrupted();
    const transfer = start();
    expect(await transfer.unfinished()).toMatchObject([{ name: NAME, sizeBytes: 105 }]);
    const upload = add(transfer, fileOf(bytes()));
    await upload.finished;
    expect(sent()).toEqual([5, 6, 7, 8, 9, 10, 11]);
    expect(world.count('uploads')).toBe(0);
    expect(upload.sentBytes).toBe(105);
    expect(store.entries.size).toBe(0);
  });

  it('never gets a byte of another file with the same name, size and date', async () => {
    await interrupted();
    for (const at of [0, 17, 39]) {
      const other = bytes();
      other[at] = (other[at] ?? 0) ^ 1;
      world.requests.length = 0;
      await add(start(), fileOf(other)).finished;
      expect(sent()).toEqual(ALL);
    }
    // The first file's upload is still there for the first file.
    expect(store.entries.size).toBe(1);
    world.requests.length = 0;
    await add(start(), fileOf(bytes())).finished;
    expect(sent()).toEqual([5, 6, 7, 8, 9, 10, 11]);
  });

  it('sends a part again that the bucket holds in another length', async () => {
    await interrupted();
    bucketHolds([1, 2, 3, 4], bytes(), (n) => (n === 2 ? 9 : 10));
    await add(start(), fileOf(bytes())).finished;
    expect(sent()).toEqual([2, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each([
    [404, 'upload-gone', 0],
    [403, 'ticket-expired', 0],
    // Somebody else's: it stays for them.
    [403, 'ticket-invalid', 1],
  ])('begins anew when it is answered %i %s', async (status, code, left) => {
    await interrupted();
    world.endpoint = (call) =>
      call === 'uploaded-parts' ? { status, body: { error: { code, message: 'm' } } } : undefined;
    await add(start(), fileOf(bytes())).finished;
    expect(sent()).toEqual(ALL);
    expect(world.count('uploads')).toBe(1);
    expect(store.entries.size).toBe(left);
  });
});

describe('the journal', () => {
  it.each([
    ['another date', () => add(start(), fileOf(bytes(), 2000))],
    ['another endpoint', () => add(start(store, '/other'), fileOf(bytes()))],
  ])('does not take a file of %s for the same', async (_, again) => {
    await interrupted();
    await again().finished;
    expect(sent()).toEqual(ALL);
    expect(world.count('uploaded-parts')).toBe(0);
  });

  it('keeps nothing of what is done, canceled or too old', async () => {
    await add(start(), fileOf(bytes())).finished;
    expect(store.entries.size).toBe(0);
    world.answer = () => ({ status: 200, held: true });
    const canceled = add(start(), fileOf(bytes()));
    await until(() => store.entries.size === 1);
    await canceled.cancel();
    expect(store.entries.size).toBe(0);
    await interrupted();
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 15 * 24 * 3600 * 1000);
    expect(await start().unfinished()).toEqual([]);
  });

  it('gives an unfinished upload up in the bucket when it is told to', async () => {
    await interrupted();
    const transfer = start();
    const [unfinished] = await transfer.unfinished();
    await transfer.discard(unfinished?.id ?? '');
    expect(world.count('abort')).toBe(1);
    expect(await transfer.unfinished()).toEqual([]);
  });

  it('leaves an upload alone that another tab is at work on', async () => {
    await interrupted();
    const held = new Set(store.entries.keys());
    vi.stubGlobal('navigator', {
      locks: {
        request: async (name: string, _: unknown, work: (lock: object | null) => unknown) =>
          work(held.has(name.replace('bucketdrop:', '')) ? null : {}),
        query: async () => ({ held: [...held].map((id) => ({ name: `bucketdrop:${id}` })) }),
      },
    });
    const transfer = start();
    expect(await transfer.unfinished()).toEqual([]);
    await add(transfer, fileOf(bytes())).finished;
    expect(sent()).toEqual(ALL);
  });

  it('claims nothing for a page that went while the file was being proved', async () => {
    await interrupted();
    const claimed = new Set<string>();
    vi.stubGlobal('navigator', {
      locks: {
        request: async (name: string, _: unknown, work: (lock: object | null) => unknown) => {
          claimed.add(name);
          await work({});
          claimed.delete(name);
        },
        query: async () => ({ held: [] }),
      },
    });
    let asked = false;
    const { endpoint } = world;
    world.endpoint = (call, body, nth) => {
      asked ||= call === 'uploaded-parts';
      return endpoint(call, body, nth);
    };
    const transfer = start();
    add(transfer, fileOf(bytes()));
    await until(() => asked);
    expect(claimed.size).toBe(1);
    transfer.destroy();
    await until(() => claimed.size === 0);
  });

  it('is never a reason to fail', async () => {
    const fails = () => Promise.reject(new DOMException('no', 'InvalidStateError'));
    const broken = { list: fails, save: fails, savePart: fails, parts: fails, delete: fails };
    await add(start(broken), fileOf(bytes())).finished;
    await add(start(false), fileOf(bytes())).finished;
    expect(sent()).toEqual([...ALL, ...ALL].sort((a, b) => a - b));
  });
});
