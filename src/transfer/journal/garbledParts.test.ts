import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { UploadedPart } from '../../protocol/messages.ts';
import { Transfer } from '../Transfer.ts';
import { FAKE_CONFIG, FakeWorld } from '../testing/FakeWorld.ts';
import { MemoryStore } from '../testing/MemoryStore.ts';
import { partOf } from '../testing/partOf.ts';

const PARTS = 11;
const bytes = Uint8Array.from({ length: 105 }, (_, i) => (i * 7) & 255);
const etagOf = (partNumber: number) =>
  createHash('md5')
    .update(bytes.subarray((partNumber - 1) * 10, partNumber * 10))
    .digest('hex');
const file = () => new File([bytes], 'film.mov', { type: 'x/y', lastModified: 1 });

let world: FakeWorld;
let store: MemoryStore;
beforeEach(() => {
  world = new FakeWorld();
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: 'md5', parts: 'md5' } };
  world.install();
  store = new MemoryStore();
});
afterEach(() => vi.unstubAllGlobals());

const start = () =>
  new Transfer({
    endpoint: '/api/uploads',
    journal: store,
    retry: { attempts: 2, minDelayMs: 1, maxDelayMs: 1 },
  });
const add = (transfer: Transfer) => transfer.add({ id: 'f', name: 'film.mov', type: 'x/y', blob: file() });

/** All parts arrive, and the page is gone before the last answer. */
async function interrupted(): Promise<void> {
  world.answer = ({ url }) => ({
    status: 200,
    headers: { etag: `"${etagOf(partOf(url))}"` },
    held: partOf(url) === PARTS,
  });
  const transfer = start();
  add(transfer);
  await vi.waitFor(() => expect(world.requests).toHaveLength(PARTS));
  transfer.destroy();
  world.requests.length = 0;
  world.calls.length = 0;
  world.answer = ({ url }) => ({ status: 200, headers: { etag: `"${etagOf(partOf(url))}"` } });
}
const whole = (): UploadedPart[] =>
  Array.from({ length: PARTS }, (_, index) => ({
    partNumber: index + 1,
    etag: etagOf(index + 1),
    sizeBytes: index === PARTS - 1 ? 5 : 10,
  }));
const change = (partNumber: number, to: Partial<UploadedPart>) =>
  whole().map((part) => (part.partNumber === partNumber ? { ...part, ...to } : part));

it.each<[string, UploadedPart[], number[]]>([
  ['as it should be', whole(), []],
  ['cut short', whole().slice(0, 7), [8, 9, 10, 11]],
  ['without its beginning', whole().slice(3), [1, 2, 3]],
  ['with nothing in it', [], Array.from({ length: PARTS }, (_, index) => index + 1)],
  ['with a part too long', change(4, { sizeBytes: 11 }), [4]],
  ['with a part too short', change(4, { sizeBytes: 9 }), [4]],
  ['with the last part as long as the others', change(PARTS, { sizeBytes: 10 }), [PARTS]],
  [
    'with parts that the file does not have',
    [...whole(), { partNumber: 12, etag: etagOf(1), sizeBytes: 10 }],
    [],
  ],
  ['with a part named twice', [...whole(), ...whole().slice(4, 5)], []],
  ['in another order', whole().reverse(), []],
])(
  'a list %s costs what it leaves out, and no wrong part is named in the end',
  async (_, parts, sentAgain) => {
    await interrupted();
    world.endpoint = (call) => (call === 'uploaded-parts' ? { status: 200, body: { parts } } : undefined);
    await add(start()).finished;
    const sent = world.requests.map(({ url }) => partOf(url));
    expect(sent.sort((a, b) => a - b)).toEqual(sentAgain);
    const completed = world.calls.find(({ call }) => call === 'complete')?.body.uploads[0];
    expect(completed.parts).toEqual(whole().map(({ partNumber, etag }) => ({ partNumber, etag })));
  },
);

it.each([
  ['a number that is none', { partNumber: 'two' }],
  ['a size below nothing', { sizeBytes: -1 }],
  ['no size', { sizeBytes: null }],
  ['no ETag', { etag: undefined }],
])('a list that says of a part %s is refused, and nothing is completed by it', async (_, to) => {
  await interrupted();
  const parts = change(4, to as Partial<UploadedPart>);
  world.endpoint = (call) => (call === 'uploaded-parts' ? { status: 200, body: { parts } } : undefined);
  await expect(add(start()).finished).rejects.toMatchObject({ code: 'endpoint-answer-invalid' });
  expect(world.count('complete')).toBe(0);
  expect(store.entries.size).toBe(1);
});
