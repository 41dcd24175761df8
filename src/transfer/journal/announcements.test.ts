import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deferred } from '../Deferred.ts';
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
const film = () => new File([bytes], 'film.mov', { type: 'video/quicktime', lastModified: 1000 });
const start = () =>
  new Transfer({
    endpoint: '/api/uploads',
    journal: store,
    retry: { attempts: 2, minDelayMs: 1, maxDelayMs: 1 },
  });
const add = (transfer: Transfer, file = film()) =>
  transfer.add({ id: 'f', name: file.name, type: file.type, blob: file });
/** As what each call of `uploads` announced its one file. */
const announced = () =>
  world.calls
    .filter(({ call }) => call === 'uploads')
    .map(({ body }) => body.files[0].idempotencyKey as string);
const unheard = () => {
  world.endpoint = (call) => (call === 'uploads' ? new TypeError('Failed to fetch') : undefined);
};

it('announces a file as the same again when no answer came, also after a failure', async () => {
  unheard();
  const upload = add(start());
  await expect(upload.finished).rejects.toMatchObject({ code: 'endpoint-unreachable' });
  world.endpoint = () => undefined;
  upload.retry();
  await upload.finished;
  const [first, ...later] = announced();
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(later).toEqual([first, first]);
  expect(store.entries.size).toBe(0);
});

it('announces it as the same again after the page was gone', async () => {
  unheard();
  const gone = start();
  await expect(add(gone).finished).rejects.toThrow();
  gone.destroy();
  world.endpoint = () => undefined;
  const transfer = start();
  // Nothing is there to go on with.
  expect(await transfer.unfinished()).toEqual([]);
  await add(transfer).finished;
  const names = announced();
  expect(names).toEqual([names[0], names[0], names[0]]);
  expect(store.entries.size).toBe(0);
});

it('announces each file, and one whose upload was lost, under a name of its own', async () => {
  let lost = true;
  world.endpoint = (call) => {
    if (call !== 'complete' || !lost) return undefined;
    lost = false;
    return { status: 200, body: { uploads: [{ ok: false, error: { code: 'upload-gone', message: '' } }] } };
  };
  const transfer = start();
  await add(transfer).finished;
  await add(transfer).finished;
  const names = announced();
  expect(names).toHaveLength(3);
  expect(new Set(names).size).toBe(3);
});

it.each([
  ['the upload', [1, 0]],
  ['the checksum of the part', [0, 1]],
] as const)('sends no part before %s is noted', async (_, order) => {
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: null, parts: 'crc32' } };
  const notes = [new Deferred<void>(), new Deferred<void>()] as const;
  const save = vi.spyOn(store, 'save');
  save.mockImplementation((entry) => (entry.ticket === '' ? Promise.resolve() : notes[0].promise));
  vi.spyOn(store, 'savePart').mockImplementation(() => notes[1].promise);
  const upload = add(start());
  const isSigned = () => expect(world.count('parts')).toBeGreaterThan(0);
  for (const at of order) {
    await vi.waitFor(isSigned);
    await sleep(20);
    expect(world.requests).toHaveLength(0);
    notes[at].resolve();
  }
  await upload.finished;
  expect(world.requests.length).toBeGreaterThan(0);
});
