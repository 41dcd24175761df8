import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Transfer } from '../Transfer.ts';
import { FakeLocks } from '../testing/FakeLocks.ts';
import { FAKE_CONFIG, FakeWorld } from '../testing/FakeWorld.ts';
import { IndexedDbStore } from './IndexedDbStore.ts';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: 'md5', parts: 'crc32' } };
  world.install();
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('navigator', { locks: new FakeLocks() });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const NAME = 'note.txt';
const fileOf = (text: string, name = NAME) => new File([text], name, { type: 'text/plain', lastModified: 1 });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const start = (endpoint = '/api/uploads') =>
  new Transfer({ endpoint, retry: { attempts: 2, minDelayMs: 1, maxDelayMs: 1 } });
const add = (transfer: Transfer, file: File) =>
  transfer.add({ id: file.name, name: file.name, type: file.type, blob: file });
const notes = async () => new IndexedDbStore().singles();
const noted = (count: number) => vi.waitFor(async () => expect(await notes()).toHaveLength(count));
const asked = () => world.calls.filter(({ call }) => call === 'complete').flatMap(({ body }) => body.uploads);

/** The first life: the files are sent, and the page is gone before it hears that their objects are there. */
async function diedUnheard(files: File[], endpoint?: string): Promise<void> {
  world.endpoint = (call) => (call === 'complete' ? { status: 200, body: new Promise(() => {}) } : undefined);
  const transfer = start(endpoint);
  for (const file of files) add(transfer, file);
  await noted(files.length);
  await vi.waitFor(() => expect(world.requests).toHaveLength(files.length));
  transfer.destroy();
  world.endpoint = () => undefined;
  world.requests.length = 0;
  world.calls.length = 0;
}
/** What the endpoint says of what the page before had begun. */
const says = (code: string) => {
  world.endpoint = (call, _, nth) =>
    call === 'complete' && nth === 1
      ? { status: 200, body: { uploads: [{ ok: false, error: { code, message: 'm' } }] } }
      : undefined;
};

it('a file that was stored when its page died is not sent again', async () => {
  await diedUnheard([fileOf('hello')]);
  const upload = add(start(), fileOf('hello'));
  expect((await upload.finished).key).toBe(`t-${NAME}-5`);
  expect(asked()).toEqual([{ ticket: `t-${NAME}-5`, etag: md5('hello') }]);
  expect(world.requests).toEqual([]);
  expect(world.count('uploads')).toBe(0);
  expect(upload.sentBytes).toBe(5);
  await noted(0);
});

it.each(['object-missing', 'object-mismatch'])(
  'one of which the endpoint says %s is sent under its old ticket',
  async (code) => {
    await diedUnheard([fileOf('hello')]);
    says(code);
    await add(start(), fileOf('hello')).finished;
    expect(world.requests).toHaveLength(1);
    expect(world.count('uploads')).toBe(0);
    expect(asked().map(({ ticket }) => ticket)).toEqual([`t-${NAME}-5`, `t-${NAME}-5`]);
    await noted(0);
  },
);

it.each(['ticket-expired', 'ticket-invalid'])(
  'one of which the endpoint says %s begins anew',
  async (code) => {
    await diedUnheard([fileOf('hello')]);
    says(code);
    await add(start(), fileOf('hello')).finished;
    expect(world.count('uploads')).toBe(1);
    expect(world.requests).toHaveLength(1);
    await noted(0);
  },
);

it('one of other bytes, and one for another endpoint, begin anew', async () => {
  await diedUnheard([fileOf('hello')]);
  await add(start(), fileOf('jello')).finished;
  await add(start('/elsewhere'), fileOf('hello')).finished;
  expect(world.requests).toHaveLength(2);
  expect(world.count('uploads')).toBe(2);
  await noted(1);
});

it('two files alike in all become two objects, and what one has begun is taken by one', async () => {
  await diedUnheard([fileOf('hello')]);
  const transfer = start();
  const twins = [fileOf('hello'), fileOf('hello')].map((blob, index) =>
    transfer.add({ id: `${index}`, name: NAME, type: blob.type, blob }),
  );
  await Promise.all(twins.map(({ finished }) => finished));
  expect(world.count('uploads')).toBe(1);
  expect(world.requests).toHaveLength(1);
});

it('what a living page is at work on is left to it', async () => {
  world.answer = () => ({ status: 201, held: true });
  add(start(), fileOf('hello'));
  await noted(1);
  await vi.waitFor(() => expect(world.requests).toHaveLength(1));
  world.answer = () => undefined;
  await add(start(), fileOf('hello')).finished;
  expect(world.count('uploads')).toBe(2);
  expect(world.requests).toHaveLength(2);
  await noted(1);
});

it('nothing is noted of a file that is done, and nothing of one that is given up', async () => {
  await add(start(), fileOf('hello')).finished;
  world.answer = () => ({ status: 201, held: true });
  const upload = add(start(), fileOf('jello'));
  await noted(1);
  await upload.cancel();
  await noted(0);
});

it('notes that are too old are dropped', async () => {
  await diedUnheard([fileOf('hello')]);
  const [note] = await notes();
  if (!note) throw new Error('nothing was noted');
  const fortnightAgo = Date.now() - 15 * 24 * 3_600_000;
  await new IndexedDbStore().writeSingles(new Map([[note.id, { ...note, startedAt: fortnightAgo }]]));
  await add(start(), fileOf('hello')).finished;
  expect(world.count('uploads')).toBe(1);
  await noted(0);
});

it('two thousand files cost a few transactions', async () => {
  const write = vi.spyOn(IndexedDbStore.prototype, 'writeSingles');
  const transfer = start();
  const uploads = Array.from({ length: 2_000 }, (_, index) => add(transfer, fileOf('x', `${index}.txt`)));
  await Promise.all(uploads.map(({ finished }) => finished));
  await noted(0);
  // noted with the calls that announce them, up to a hundred at a time, and dropped with those that complete them
  expect(write.mock.calls.length).toBeLessThanOrEqual(world.count('uploads') + world.count('complete'));
  expect(world.count('uploads')).toBeLessThanOrEqual(60);
});

it('no note is no reason for an upload to fail', async () => {
  vi.spyOn(IndexedDbStore.prototype, 'writeSingles').mockRejectedValue(
    new DOMException('', 'QuotaExceededError'),
  );
  vi.spyOn(IndexedDbStore.prototype, 'singles').mockRejectedValue(new DOMException('', 'UnknownError'));
  await add(start(), fileOf('hello')).finished;
  expect(world.requests).toHaveLength(1);
});
