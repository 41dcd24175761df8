import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLocks } from '../testing/FakeLocks.ts';
import type { Upload } from '../Upload.ts';
import { FileKeeper } from './FileKeeper.ts';
import { noteHandle } from './fileHandles.ts';
import type { KeptFile, KeptFileStore } from './KeptFile.ts';

class MemoryFiles implements KeptFileStore {
  readonly rows = new Map<string, KeptFile>();
  refusesCopies = false;

  async files() {
    return [...this.rows.values()];
  }
  async keepFiles(files: readonly KeptFile[]) {
    if (this.refusesCopies && files.some(({ copy }) => copy))
      throw new DOMException('', 'QuotaExceededError');
    for (const file of files) this.rows.set(file.id, file);
  }
  async dropFiles(ids: readonly string[]) {
    for (const id of ids) this.rows.delete(id);
  }
}

const MIB = 1024 ** 2;
let store: MemoryFiles;
let quota: { quota: number; usage: number };
beforeEach(() => {
  vi.useFakeTimers();
  const locks = new FakeLocks();
  store = new MemoryFiles();
  quota = { quota: 10_000 * MIB, usage: 0 };
  vi.stubGlobal('navigator', { locks, storage: { estimate: async () => quota } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const DAY_MS = 24 * 3600 * 1000;
const page = (keepsCopies = true, endpoint = 'https://e/') =>
  new FileKeeper(store, {
    endpoint: () => endpoint,
    keepsCopies: () => keepsCopies,
    keptForMs: 14 * DAY_MS,
  });
const uploadOf = (name: string, sizeBytes = 10, blob: Blob = new File(['x'.repeat(sizeBytes)], name)) =>
  ({ source: { name, type: 'x/y', blob }, sizeBytes, state: 'sending' }) as unknown as Upload;
const aMoment = () => vi.advanceTimersByTimeAsync(600);
const handleOf = (file: File) =>
  ({ kind: 'file', name: file.name, getFile: async () => file }) as unknown as FileSystemFileHandle;

describe('a FileKeeper', () => {
  it('keeps copies of small files while they are under way, and what the page left is found by the next', async () => {
    const first = page();
    const [a, b] = [uploadOf('a'), uploadOf('b')];
    first.keep(a);
    first.keep(b);
    first.keep(uploadOf('large', 11 * MIB));
    await aMoment();
    expect([...store.rows.values()].map(({ fingerprint }) => fingerprint.name)).toEqual(['a', 'b']);
    await first.forget(a);
    expect(store.rows.size).toBe(1);

    const second = page();
    // The first page still is at work on it.
    expect(await second.orphans()).toEqual([]);
    first.destroy();
    await aMoment();
    const [kept, ...others] = await second.orphans();
    expect(others).toEqual([]);
    expect(kept?.fingerprint.name).toBe('b');
    expect(await (await second.reopen(kept as KeptFile)).text()).toBe('xxxxxxxxxx');
    expect(await page(true, 'https://other/').orphans()).toEqual([]);
  });

  it('takes the note of before for the same file, and ends it with the upload', async () => {
    const first = page();
    first.keep(uploadOf('a'));
    await aMoment();
    first.destroy();
    await aMoment();
    const second = page();
    const [kept] = await second.orphans();
    const again = uploadOf('a', 10, kept?.copy);
    second.keep(again);
    await aMoment();
    expect([...store.rows.keys()]).toEqual([kept?.id]);
    expect(await page().orphans()).toEqual([]);
    await second.forget(again);
    expect(store.rows.size).toBe(0);
  });

  it('ends the note of before also when the file was stored in no time', async () => {
    const first = page();
    first.keep(uploadOf('a'));
    await aMoment();
    first.destroy();
    await aMoment();
    const second = page();
    const [kept] = await second.orphans();
    const again = uploadOf('a', 10, kept?.copy);
    second.keep(again);
    await second.forget(again);
    await aMoment();
    expect(store.rows.size).toBe(0);
  });

  it('keeps nothing that is over in a moment', async () => {
    const keeper = page();
    const upload = uploadOf('a');
    keeper.keep(upload);
    await keeper.forget(upload);
    keeper.keep({ ...uploadOf('b'), state: 'done' } as unknown as Upload);
    await aMoment();
    expect(store.rows.size).toBe(0);
  });

  it('keeps the handle of a file that came with one, however large, and no copy unless it is wanted', async () => {
    const keeper = page(false);
    const large = new File(['y'], 'large', { lastModified: 7 });
    Object.defineProperty(large, 'size', { value: 11 * MIB });
    const handle = handleOf(large);
    noteHandle(Promise.resolve(handle));
    noteHandle(Promise.reject(new Error('not this one')));
    noteHandle(Promise.resolve(handleOf(new File(['other size'], 'large', { lastModified: 7 }))));
    keeper.keep(uploadOf('large', 11 * MIB, large));
    keeper.keep(uploadOf('small'));
    await aMoment();
    const [kept, ...others] = store.rows.values();
    expect(others).toEqual([]);
    expect(kept?.handle).toBe(handle);
    expect(kept?.copy).toBeUndefined();
  });

  it('stays within the quota, and a full disk does no harm', async () => {
    quota = { quota: 100, usage: 50 };
    page().keep(uploadOf('a', 6));
    await aMoment();
    expect(store.rows.size).toBe(0);
    quota = { quota: 10_000 * MIB, usage: 0 };
    store.refusesCopies = true;
    const file = new File(['z'], 'with a handle', { lastModified: 9 });
    Object.defineProperty(file, 'size', { value: 11 * MIB });
    noteHandle(Promise.resolve(handleOf(file)));
    const keeper = page();
    keeper.keep(uploadOf('b'));
    keeper.keep(uploadOf('with a handle', 11 * MIB, file));
    await aMoment();
    expect([...store.rows.values()].map(({ fingerprint }) => fingerprint.name)).toEqual(['with a handle']);
  });

  it('drops what is too old', async () => {
    const first = page();
    first.keep(uploadOf('a'));
    await aMoment();
    first.destroy();
    vi.setSystemTime(Date.now() + 15 * DAY_MS);
    expect(await page().orphans()).toEqual([]);
    await aMoment();
    expect(store.rows.size).toBe(0);
  });
});
