import { appendFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import type { TestFile } from './support/makeFile.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;

test.use({ policy: { singleRequestMaxBytes: PART, partSizeBytes: PART } });

for (const [shown, exposeHeaders] of [
  ['shows', ['ETag', 'x-amz-checksum-crc32']],
  ['hides', ['ETag']],
] as const)
  test(`bytes that are damaged on the way are found out where the bucket ${shown} checksums, and sent again`, async ({
    open,
    file,
    line,
    demo,
    gate,
    bucket,
    storeKind,
    expectStored,
  }) => {
    await bucket.allowOrigins(demo.origins, [...exposeHeaders]);
    const video = await file('video.mp4', 4 * PART);
    let damaged = 0;
    line.planFault = (operation) => (operation === 'part' && damaged++ < 2 ? { kind: 'damage' } : undefined);
    const page = await open('');
    await page.upload(video);
    await expectStored([video]);
    // those two alone, whether the answers told, or the bucket when it should put them together
    expect(line.traffic.begunParts).toBe(6);
    const completes = gate.calls.filter((call) => call === 'complete').length;
    expect(completes).toBe(exposeHeaders.length === 1 && storeKind === 'local' ? 2 : 1);
  });

for (const path of ['', 'static.html'])
  test(`without a worker, and on a line that is too bad at first to load what hashes, a file goes all the same (/${path}) @local`, async ({
    context,
    open,
    file,
    expectStored,
  }) => {
    let asked = 0;
    await context.route(/checksumWorker/, (route) => route.abort());
    await context.route(/hashBlob/, (route) => (++asked <= 2 ? route.abort() : route.continue()));
    const video = await file('video.mp4', 2 * PART);
    const page = await open(path);
    await page.upload(video);
    await expectStored([video]);
    expect(asked).toBe(3);
  });

/** What somebody does to a file while it is sent. Its date changes with it, as it does on any system. */
const CHANGES: Record<string, (file: TestFile) => Promise<unknown>> = {
  truncated: ({ path, sizeBytes }) => truncate(path, sizeBytes / 2),
  grown: ({ path }) => appendFile(path, 'more than there was'),
  'filled with other bytes': ({ path, sizeBytes }) => writeFile(path, Buffer.alloc(sizeBytes, 7)),
  deleted: ({ path }) => rm(path),
};

for (const [size, sizeBytes] of [
  ['large', 12 * PART],
  ['small', PART],
] as const)
  for (const [what, change] of Object.entries(CHANGES))
    test(`a ${size} file that is ${what} while it is sent is not stored as something else @local`, async ({
      open,
      file,
      line,
      bucket,
    }) => {
      const video = await file('video.mp4', sizeBytes);
      const page = await open('');
      line.bytesPerSecond = sizeBytes / 8;
      await page.choose(video);
      await page.startUpload();
      await expect.poll(() => line.traffic.bodyBytes, { intervals: [20] }).toBeGreaterThan(0);
      const { mtime } = await stat(video.path);
      await change(video);
      if (what !== 'deleted') {
        const later = new Date(mtime.getTime() + 60_000);
        await utimes(video.path, later, later);
      }
      line.bytesPerSecond = Number.POSITIVE_INFINITY;
      const failed = page.messages.filter({ hasText: /changed, moved or deleted|not what was sent/i });
      const done = page.page.getByRole('status').filter({ hasText: 'Complete' });
      await expect(failed.or(done).first()).toBeVisible({ timeout: 30_000 });
      // a small file may have been read to its end before: then it is stored as it was
      for (const { key } of await bucket.files()) expect(await bucket.sha256Of(key)).toBe(video.sha256);
      if (size === 'small') return;
      await expect(failed.first()).toBeVisible();
      expect(await bucket.files()).toEqual([]);
      await page.remove(video);
      await expect.poll(() => bucket.unfinishedUploads()).toBe(0);
    });
