import Uppy, { type UppyFile } from '@uppy/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BucketDropError } from '../protocol/BucketDropError.ts';
import type { StoredObject } from '../protocol/messages.ts';
import type { TransferOptions } from '../transfer/TransferOptions.ts';
import { Upload as RealUpload, type Upload, type UploadSource } from '../transfer/Upload.ts';
import { DirectUpload } from './DirectUpload.ts';
import type { DirectUploadOptions } from './DirectUploadOptions.ts';
import type { UploadFailure } from './UploadFailure.ts';

/** Real uploads with their real states, in a transfer that sends nothing by itself. */
const transfer = vi.hoisted(() => ({ current: undefined as unknown }));
vi.mock('../transfer/Transfer.ts', () => ({
  Transfer: class {
    options: TransferOptions;
    readonly uploads: Upload[] = [];
    destroyed = false;
    constructor(options: TransferOptions) {
      this.options = options;
      transfer.current = this;
    }
    setOptions(options: Partial<TransferOptions>) {
      this.options = { ...this.options, ...options };
    }
    add(source: UploadSource) {
      const upload = new RealUpload(source, this.uploads.length, {
        enqueue: () => {},
        dequeue: () => {},
        abandon: async () => {},
        stateChanged: () => {},
      });
      this.uploads.push(upload);
      return upload;
    }
    unfinished = async () => [];
    destroy() {
      this.destroyed = true;
    }
  },
}));

interface FakeTransfer {
  options: TransferOptions;
  uploads: Upload[];
  destroyed: boolean;
}
const fake = () => transfer.current as FakeTransfer;
const upload = (index: number): Upload => {
  const found = fake().uploads[index];
  if (!found) throw new Error(`no upload ${index}`);
  return found;
};

const stored = (name: string): StoredObject => ({
  key: `k/${name}`,
  sizeBytes: 10,
  etag: 'abc',
  type: 'text/plain',
  receipt: `receipt of ${name}`,
});
function send(one: Upload, sentBytes = one.sizeBytes): void {
  if (one.state === 'queued') {
    one.apply('create');
    one.apply('send');
  }
  one.meter.move(1, sentBytes);
  fake().options.onProgress?.([one]);
}
function finish(one: Upload): void {
  if (one.state !== 'sending') send(one);
  one.apply('complete');
  one.succeed(stored(one.source.name));
}
const fail = (one: Upload, code = 'bucket-failed', details = {}) =>
  one.fail(new BucketDropError(code, 'for developers', { status: 503, details }));

function setUp(options: Partial<DirectUploadOptions> = {}) {
  const uppy = new Uppy({ logger: { debug: () => {}, warn: () => {}, error: () => {} } });
  uppy.use(DirectUpload, { endpoint: '/api/uploads', ...options });
  return uppy;
}
function addFiles(uppy: Uppy, count: number, bytes = 10): string[] {
  uppy.addFiles(
    Array.from({ length: count }, (_, i) => ({
      name: `file ${i}.txt`,
      type: 'text/plain',
      data: new File(['x'.repeat(bytes)], `file ${i}.txt`, { lastModified: i }),
      meta: { topic: `t${i}`, secret: 's' },
    })),
  );
  return uppy.getFiles().map(({ id }) => id);
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('DirectUpload', () => {
  let uppy: Uppy;
  beforeEach(() => {
    uppy = setUp();
  });

  it('sends every file and reports the stored object', async () => {
    const successes: [string, unknown][] = [];
    uppy.on('upload-success', (file, response) => successes.push([file?.name ?? '', response.body]));
    addFiles(uppy, 2);
    const result = uppy.upload();
    await settled();
    expect(fake().uploads.map(({ source }) => source.name)).toEqual(['file 0.txt', 'file 1.txt']);
    finish(upload(1));
    finish(upload(0));
    expect((await result)?.successful?.map(({ name }) => name)).toEqual(['file 0.txt', 'file 1.txt']);
    expect(successes).toEqual([
      ['file 1.txt', stored('file 1.txt')],
      ['file 0.txt', stored('file 0.txt')],
    ]);
    expect(uppy.getFiles().every(({ progress }) => progress.uploadComplete)).toBe(true);
  });

  it('gives the engine short ids, whatever the name', async () => {
    uppy.addFile({ name: `${'ß'.repeat(1000)}.txt`, data: new File(['x'], 'x') });
    void uppy.upload();
    await settled();
    expect(upload(0).source.id.length).toBeLessThan(64);
  });

  it('shows progress as it is, and never more than core can bear', async () => {
    const events: number[] = [];
    uppy.on('upload-progress', (_, progress) => events.push(progress.bytesUploaded));
    const ids = addFiles(uppy, 40);
    void uppy.upload();
    await settled();
    send(upload(0), 4);
    expect(events).toEqual([4]);
    expect(uppy.getFile(ids[0] as string).progress).toMatchObject({
      bytesUploaded: 4,
      bytesTotal: 10,
      percentage: 40,
    });
    let writes = 0;
    uppy.on('state-update', () => {
      writes += 1;
    });
    for (const one of fake().uploads) {
      if (one.state === 'queued') {
        one.apply('create');
        one.apply('send');
      }
      one.meter.move(1, 5);
    }
    fake().options.onProgress?.(fake().uploads);
    expect(uppy.getFiles().map(({ progress }) => progress.bytesUploaded)).toEqual(Array(40).fill(5));
    expect(writes).toBeLessThan(5);
  });

  it('does not report the progress of a file that was removed or is done', async () => {
    const ids = addFiles(uppy, 2);
    void uppy.upload();
    await settled();
    const events: unknown[] = [];
    uppy.on('upload-progress', (file) => events.push(file));
    const [first, second] = [upload(0), upload(1)];
    uppy.removeFile(ids[0] as string);
    finish(second);
    await settled();
    events.length = 0;
    fake().options.onProgress?.([first, second]);
    expect(events).toEqual([]);
  });

  it('keeps a failed file, says why in words, and goes on with the same upload on retry', async () => {
    const errors: UploadFailure[] = [];
    uppy.on('upload-error', (_, error) => errors.push(error as unknown as UploadFailure));
    const [id] = addFiles(uppy, 1) as [string];
    const first = uppy.upload();
    await settled();
    send(upload(0), 6);
    fail(upload(0), 'bucket-cors');
    expect((await first)?.failed?.map((file) => file.name)).toEqual(['file 0.txt']);
    expect(errors[0]).toMatchObject({ code: 'bucket-cors', name: 'UploadFailure' });
    expect(errors[0]?.message).toMatch(/storage does not let this page/);
    expect(errors[0]?.details).toMatch(/CORS/);
    expect(uppy.getFile(id).error).toMatch(/does not let this page.*CORS/);

    const again = uppy.retryUpload(id);
    await settled();
    expect(fake().uploads).toHaveLength(1);
    expect(upload(0).state).toBe('queued');
    expect(uppy.getFile(id).progress.bytesUploaded).toBe(6);
    finish(upload(0));
    expect((await again)?.successful).toHaveLength(1);
    expect(uppy.getFile(id).error).toBeFalsy();
  });

  it('fills the values of a reason into its sentence', async () => {
    const [id] = addFiles(uppy, 1) as [string];
    const run = uppy.upload();
    await settled();
    fail(upload(0), 'file-refused', { reason: 'Only on weekdays.' });
    await run;
    expect(uppy.getFile(id).error).toBe('The site refused this file. Only on weekdays. Choose another file.');
  });

  it('has words for a code that it does not know, and for a bug', async () => {
    addFiles(uppy, 2);
    const run = uppy.upload();
    await settled();
    fail(upload(0), 'constructor');
    upload(1).fail(new TypeError('x is not a function'));
    await run;
    for (const { error } of uppy.getFiles()) expect(error).toMatch(/^Something went wrong on the server/);
  });

  it('pauses and resumes one file, and all', async () => {
    const ids = addFiles(uppy, 2);
    void uppy.upload();
    await settled();
    uppy.pauseResume(ids[0] as string);
    expect([upload(0).state, upload(1).state]).toEqual(['paused', 'queued']);
    uppy.pauseAll();
    expect([upload(0).state, upload(1).state]).toEqual(['paused', 'paused']);
    uppy.resumeAll();
    expect([upload(0).state, upload(1).state]).toEqual(['queued', 'queued']);
    uppy.pauseResume(ids[1] as string);
    uppy.pauseResume(ids[1] as string);
    expect(upload(1).state).toBe('queued');
  });

  it('leaves a failed file failed when all are resumed', async () => {
    const ids = addFiles(uppy, 2);
    void uppy.upload();
    await settled();
    fail(upload(0));
    await settled();
    uppy.resumeAll();
    expect(uppy.getFile(ids[0] as string).error).toMatch(/failed several times/);
    expect(uppy.getFile(ids[1] as string).error).toBeFalsy();
  });

  it('cancels what is removed, canceled or cleared, and ends the batch', async () => {
    const ids = addFiles(uppy, 3);
    const run = uppy.upload();
    await settled();
    uppy.removeFile(ids[0] as string);
    expect(upload(0).state).toBe('canceled');
    expect(upload(1).state).toBe('queued');
    uppy.cancelAll();
    expect(upload(1).state).toBe('canceled');
    expect((await run)?.failed ?? []).toEqual([]);

    addFiles(uppy, 1);
    void uppy.upload().catch(() => {});
    await settled();
    uppy.clear();
    expect(upload(3).state).toBe('canceled');
  });

  it('shows the progress of the others while one has failed, and the failure at the end', async () => {
    addFiles(uppy, 2);
    const run = uppy.upload();
    await settled();
    fail(upload(0));
    await settled();
    expect(uppy.getState().error).toBeNull();
    finish(upload(1));
    await run;
    expect(uppy.getState().error).toMatch(/failed several times/);
  });

  it('does not bury the page under toasts', async () => {
    vi.useFakeTimers();
    const errors: unknown[] = [];
    uppy.on('upload-error', () => {
      errors.push(1);
      if (errors.length === 500) uppy.info('from the page');
    });
    addFiles(uppy, 500);
    const run = uppy.upload();
    await vi.advanceTimersByTimeAsync(10);
    for (const one of fake().uploads) fail(one);
    await vi.advanceTimersByTimeAsync(10);
    await run;
    expect(errors).toHaveLength(500);
    expect(uppy.getState().info.map(({ message }) => message)).toEqual([
      'Failed to upload file 0.txt',
      'Failed to upload file 1.txt',
      'Failed to upload file 2.txt',
      'from the page',
    ]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(uppy.getState().info.map(({ message }) => message)).toEqual([
      '497 more files could not be uploaded',
    ]);
    expect(Object.hasOwn(uppy, 'info')).toBe(false);
    vi.useRealTimers();
  });

  it('starts thousands in slices, and minds what happens to a file before its start', async () => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    uppy = setUp({
      metadata: () => {
        nowMs += 10;
        return {};
      },
    });
    addFiles(uppy, 50);
    const ids = uppy.getFiles().map(({ id }) => id);
    const run = uppy.upload();
    await Promise.resolve();
    expect(fake().uploads).toHaveLength(3);
    uppy.removeFile(ids[40] as string);
    uppy.pauseResume(ids[41] as string);
    await vi.waitFor(() => expect(fake().uploads).toHaveLength(49));
    clock.mockRestore();
    expect(upload(40).source.name).toBe('file 41.txt');
    expect(upload(40).state).toBe('paused');
    expect(upload(41).state).toBe('queued');
    uppy.resumeAll();
    for (const one of fake().uploads) finish(one);
    expect((await run)?.successful).toHaveLength(49);
  });

  it('ends those that wait for their start when it is uninstalled', async () => {
    addFiles(uppy, 1_001);
    const run = uppy.upload();
    const plugin = uppy.getPlugin('DirectUpload');
    if (plugin) uppy.removePlugin(plugin);
    expect((await run)?.failed).toHaveLength(1_001);
    expect(fake().uploads).toHaveLength(0);
  });

  it('sends 500 files without being slow itself', async () => {
    addFiles(uppy, 500);
    const started = performance.now();
    const run = uppy.upload();
    await settled();
    for (const one of fake().uploads) finish(one);
    await run;
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('sends the metadata that the app gives, and of the file only what is allowed', async () => {
    uppy = setUp({
      allowedMetaFields: ['topic', 'missing', 'toString'],
      metadata: (file: UppyFile<Record<string, unknown>, Record<string, unknown>>) => ({ from: file.name }),
    });
    addFiles(uppy, 1);
    void uppy.upload();
    await settled();
    expect(upload(0).source.metadata).toEqual({ topic: 't0', from: 'file 0.txt' });
  });

  it('refuses what is not on this device', async () => {
    uppy.addFile({
      name: 'far.txt',
      isRemote: true,
      data: { size: 3 },
      remote: { companionUrl: '', requestClientId: '', url: '' },
    } as never);
    const result = await uppy.upload();
    expect(result?.failed?.[0]?.error).toMatch(/lies on another service/);
  });

  it('passes new options on, and says what it can do only while installed', async () => {
    const plugin = uppy.getPlugin('DirectUpload');
    if (!plugin) throw new Error('not installed');
    plugin.setOptions({ endpoint: '/elsewhere', maxConcurrentRequests: 2, maxBytesPerSecond: 5e6 });
    plugin.setOptions({ maxConcurrentRequests: undefined, polite: true });
    expect(fake().options).toMatchObject({
      endpoint: '/elsewhere',
      maxConcurrentRequests: undefined,
      maxBytesPerSecond: 5e6,
      polite: true,
    });
    expect(uppy.getState().capabilities.resumableUploads).toBe(true);
    uppy.removePlugin(plugin);
    expect(uppy.getState().capabilities.resumableUploads).toBe(false);
  });

  describe('when it is uninstalled', () => {
    const uninstall = (from: Uppy) => {
      const plugin = from.getPlugin('DirectUpload');
      if (plugin) from.removePlugin(plugin);
    };
    const store = {} as NonNullable<Exclude<DirectUploadOptions['journal'], boolean>>;

    it('only stops what the journal knows, and ends the batch', async () => {
      uppy = setUp({ journal: store });
      const [id] = addFiles(uppy, 2) as [string];
      const run = uppy.upload();
      await settled();
      send(upload(0));
      uninstall(uppy);
      expect((await run)?.failed).toHaveLength(2);
      expect(uppy.getFile(id).error).toMatch(/canceled/);
      uppy.destroy();
      expect(fake().uploads.map(({ state }) => state)).toEqual(['paused', 'paused']);
      await vi.waitFor(() => expect(fake().destroyed).toBe(true));
    });

    it('keeps on only until what is being created is noted', async () => {
      uppy = setUp({ journal: store });
      addFiles(uppy, 1);
      void uppy.upload();
      await settled();
      let created = (_: never) => {};
      upload(0).creating = new Promise((resolve) => (created = resolve));
      uninstall(uppy);
      await settled();
      expect(fake().destroyed).toBe(false);
      created(undefined as never);
      await vi.waitFor(() => expect(fake().destroyed).toBe(true));
    });

    it.each([
      ['no journal', { journal: false }, new File(['x'], 'a.txt')],
      ['bytes that nobody can choose again', { journal: store }, new Blob(['x'])],
      ['no IndexedDB', {}, new File(['x'], 'a.txt')],
    ])('gives up in the bucket what nobody could go on with: %s', async (_, options, data) => {
      uppy = setUp(options);
      uppy.addFile({ name: 'a.txt', data });
      void uppy.upload();
      await settled();
      uninstall(uppy);
      expect(upload(0).state).toBe('canceled');
      await vi.waitFor(() => expect(fake().destroyed).toBe(true));
    });
  });
});
