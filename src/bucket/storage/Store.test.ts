import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/makeRequest.ts';
import type { ObjectRecord } from './records.ts';
import { Store } from './Store.ts';

let dir: string;
let open: Store[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bucketdrop-test-'));
});

afterEach(() => {
  for (const store of open) store.close();
  open = [];
  rmSync(dir, { recursive: true, force: true });
});

function openStore(): Store {
  const store = new Store(dir);
  open.push(store);
  return store;
}

const filesIn = (folder: string) => readdirSync(join(dir, 'bucket-data', folder));

async function putText(
  store: Store,
  key: string,
  text: string,
  extra: Partial<ObjectRecord> = {},
): Promise<void> {
  const { blob } = await store.blobs.write(async (sink) => sink(Buffer.from(text)));
  store.get('demo').objects.put({
    key,
    size: text.length,
    etag: text,
    lastModified: 0,
    headers: [],
    metadata: [],
    tags: [],
    segments: [{ blob, size: text.length }],
    ...extra,
  });
}

async function readText(store: Store, key: string, start = 0, end = 1e9): Promise<string> {
  const record = store.get('demo').objects.get(key);
  const chunks = await store.blobs.read(record?.segments ?? [], start, end).toArray();
  return Buffer.concat(chunks).toString();
}

describe('Store', () => {
  it('has everything again after a restart', async () => {
    const store = openStore();
    store.create('demo', 5).setCors([{ AllowedOrigins: ['*'], AllowedMethods: ['GET'] }]);
    await putText(store, '../../etc/passwd', 'one');
    await putText(store, '__proto__', 'two', { metadata: [['__proto__', 'x']] });
    const upload = store
      .get('demo')
      .uploads.create({ key: 'big', initiated: 7, headers: [], metadata: [], tags: [] });
    const { blob } = await store.blobs.write(async (sink) => sink(Buffer.from('part')));
    store
      .get('demo')
      .uploads.putPart(upload.uploadId, 'big', { blob, size: 4, partNumber: 3, etag: 'e', lastModified: 0 });
    store.close();

    const again = openStore();
    const demo = again.get('demo');
    expect(demo).toMatchObject({ name: 'demo', created: 5, cors: [{ AllowedOrigins: ['*'] }] });
    expect(demo.objects.keys()).toEqual(['../../etc/passwd', '__proto__']);
    expect(demo.objects.get('__proto__')?.metadata).toEqual([['__proto__', 'x']]);
    expect(await readText(again, '../../etc/passwd')).toBe('one');
    expect(demo.uploads.get(upload.uploadId, 'big').parts.get(3)?.blob).toBe(blob);
    expect(filesIn('blobs')).toHaveLength(3);
  });

  it('deletes what a crash has left behind', async () => {
    const store = openStore();
    store.create('demo', 0);
    await putText(store, 'kept', 'kept');
    store.close();
    writeFileSync(join(dir, 'bucket-data/blobs/half'), 'x');
    writeFileSync(join(dir, 'bucket-data/tmp/half'), 'x');
    const again = openStore();
    expect([filesIn('blobs').length, filesIn('tmp').length]).toEqual([1, 0]);
    expect(await readText(again, 'kept')).toBe('kept');
  });

  it('keeps the parts of an object whose upload was not forgotten in time', async () => {
    const store = openStore();
    const demo = store.create('demo', 0);
    const { uploadId } = demo.uploads.create({
      key: 'big',
      initiated: 0,
      headers: [],
      metadata: [],
      tags: [],
    });
    const { blob } = await store.blobs.write(async (sink) => sink(Buffer.from('part')));
    demo.uploads.putPart(uploadId, 'big', { blob, size: 4, partNumber: 1, etag: 'e', lastModified: 0 });
    await putText(store, 'big', 'unused', { uploadId, segments: [{ blob, size: 4 }] });
    store.close();
    const again = openStore();
    expect(await refusalOf(() => again.get('demo').uploads.get(uploadId, 'big'))).toContain('NoSuchUpload');
    expect(again.get('demo').uploads.finished(uploadId, 'big')?.size).toBe(6);
    expect(await readText(again, 'big')).toBe('part');
  });

  it('leaves nothing of a write that fails', async () => {
    const store = openStore();
    const failed = store.blobs.write(async (sink) => {
      await sink(Buffer.from('half'));
      throw new Error('broken off');
    });
    await expect(failed).rejects.toThrow('broken off');
    expect([filesIn('blobs'), filesIn('tmp')]).toEqual([[], []]);
  });

  it('lets a reader finish what is replaced under its hands', async () => {
    const store = openStore();
    store.create('demo', 0);
    const { blob: first } = await store.blobs.write(async (sink) => sink(Buffer.from('one ')));
    const { blob: second } = await store.blobs.write(async (sink) => sink(Buffer.from('two')));
    const segments = [
      { blob: first, size: 4 },
      { blob: second, size: 3 },
    ];
    await putText(store, 'a', 'unused', { segments });
    const reader = store.blobs.read(segments, 0, 6);
    await putText(store, 'a', 'new');
    expect(Buffer.concat(await reader.toArray()).toString()).toBe('one two');
    await expect.poll(() => existsSync(join(dir, 'bucket-data/blobs', second))).toBe(false);
    expect(await readText(store, 'a')).toBe('new');
  });

  it('reads any slice across segments', async () => {
    const store = openStore();
    store.create('demo', 0);
    const segments = await Promise.all(
      ['abc', '', 'defg', 'h'].map(async (text) => {
        const { blob } = await store.blobs.write(async (sink) => sink(Buffer.from(text)));
        return { blob, size: text.length };
      }),
    );
    await putText(store, 'a', 'unused', { segments });
    const whole = 'abcdefgh';
    for (let start = 0; start < 8; start++) {
      for (let end = start; end < 8; end++)
        expect(await readText(store, 'a', start, end)).toBe(whole.slice(start, end + 1));
    }
  });

  it('belongs to one process at a time', () => {
    openStore();
    expect(() => new Store(dir)).toThrow(/is in use by process/);
  });

  it('takes over a folder from a process that is gone', () => {
    openStore().close();
    writeFileSync(join(dir, 'bucket-data/lock'), '999999999');
    expect(openStore().list()).toEqual([]);
  });

  it.each(['ab', 'Upper', 'under_score', '-dash', 'dots..dots', '..', 'a/b', 'x'.repeat(64), ''])(
    'makes no bucket named %j',
    async (name) => {
      const store = openStore();
      expect(await refusalOf(() => store.create(name, 0))).toContain('InvalidBucketName');
    },
  );

  it('deletes an empty bucket only', async () => {
    const store = openStore();
    store.create('demo', 0);
    await putText(store, 'a', 'x');
    expect(await refusalOf(() => store.delete('demo'))).toContain('BucketNotEmpty');
    store.get('demo').objects.delete('a');
    store.delete('demo');
    expect(await refusalOf(() => store.get('demo'))).toContain('NoSuchBucket');
    expect(filesIn('buckets')).toEqual([]);
  });
});
