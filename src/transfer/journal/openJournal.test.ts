import { afterEach, expect, it, vi } from 'vitest';
import { UnfinishedUploads } from '../UnfinishedUploads.ts';

let loads = 0;
let isBroken = false;
vi.mock('./UploadJournal.ts', async (original) => {
  loads++;
  return original();
});
vi.mock('./IndexedDbStore.ts', () => ({
  get IndexedDbStore() {
    if (isBroken) throw new TypeError('Failed to fetch dynamically imported module');
    return class {};
  },
}));

afterEach(() => {
  vi.unstubAllGlobals();
  isBroken = false;
});

const uploads = () => {
  vi.stubGlobal('indexedDB', {});
  return new UnfinishedUploads(() => ({ endpoint: 'https://site.example/api/uploads' }), {} as never);
};

it('is opened once', async () => {
  const unfinished = uploads();
  const journal = await unfinished.journal();
  expect(journal).toBeDefined();
  expect(await unfinished.journal()).toBe(journal);
  expect(loads).toBe(1);
});

it('that could not be loaded is loaded by the next who asks', async () => {
  const unfinished = uploads();
  isBroken = true;
  expect(await unfinished.journal()).toBeUndefined();
  isBroken = false;
  expect(await unfinished.journal()).toBeDefined();
});

it('waits for the line that it is loaded over', async () => {
  const online = new EventTarget();
  vi.stubGlobal('navigator', { onLine: false });
  vi.stubGlobal('addEventListener', online.addEventListener.bind(online));
  const unfinished = uploads();
  isBroken = true;
  const opened = unfinished.journal();
  await new Promise((resolve) => setTimeout(resolve, 20));
  isBroken = false;
  online.dispatchEvent(new Event('online'));
  expect(await opened).toBeDefined();
});
