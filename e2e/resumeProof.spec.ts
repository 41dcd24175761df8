import { createHash, randomInt } from 'node:crypto';
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBucket } from '../src/bucket/startBucket.ts';
import { STORE_PROFILES } from '../src/endpoint/storeProfiles.ts';
import { test as base, expect } from './fixtures.ts';
import { endpointFor } from './support/endpointFor.ts';
import type { TestFile } from './support/makeFile.ts';
import { expectQuiet } from './support/sendParts.ts';

const KIB = 1024;
const PART = 64 * KIB;
const SECRET = 's'.repeat(40);

/** A bucket and an endpoint that take small parts: thousands of them need not be gigabytes. */
const profile = { ...STORE_PROFILES.local, minPartSizeBytes: PART };
const uploads = {
  singleRequestMaxBytes: PART,
  partSizeBytes: PART,
  maxFileSizeBytes: null,
  maxFileCount: null,
  ticketExpiresInSeconds: 86_400,
};
const test = base.extend({
  store: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of this pattern
    async ({}, use) => {
      const local = await startBucket({ port: 0, minPartSizeBytes: PART });
      await use({ server: { ...local, endpoint: local.url } });
      await local.stop();
    },
    { scope: 'worker' },
  ],
});

// a picture of every step of so many files and parts would take longer than they do
test.use({ trace: { mode: 'retain-on-failure', snapshots: false, screenshots: false } });

/** The same name, size and date; one byte is another. */
async function makeLookAlike(file: TestFile, folder: string): Promise<TestFile> {
  const bytes = await readFile(file.path);
  const at = randomInt(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << randomInt(8));
  const path = join(folder, file.name);
  await writeFile(path, bytes);
  const { mtime } = await stat(file.path);
  for (const one of [file.path, path]) await utimes(one, mtime, mtime);
  return { ...file, path, sha256: createHash('sha256').update(bytes).digest('hex') };
}

test('a hundred of a hundred look-alikes are found out, however little differs @local', async ({
  open,
  demo,
  gate,
  folder,
  file,
  line,
  bucket,
}) => {
  test.setTimeout(480_000);
  const COUNT = 100;
  const PARTS = 4;
  gate.instead = endpointFor(demo, { secret: SECRET, uploads, profile });
  await mkdir(join(folder, 'other'));
  const files: TestFile[] = [];
  const lookAlikes: TestFile[] = [];
  for (let n = 0; n < COUNT; n++) {
    const original = await file(`${n}.bin`, PARTS * PART - n);
    files.push(original);
    lookAlikes.push(await makeLookAlike(original, join(folder, 'other')));
  }
  const sums = (some: readonly TestFile[]) => some.map(({ sha256 }) => sha256).sort();
  const stored = async () => {
    const found = await bucket.files();
    return (await Promise.all(found.map(({ key }) => bucket.sha256Of(key)))).sort();
  };

  // all parts of all files are in the bucket, and none is completed
  gate.planFault = (call) => (call === 'complete' ? { kind: 'answer', status: 500 } : undefined);
  const page = await open('');
  await page.choose(...files);
  await page.startUpload();
  await expect.poll(() => line.traffic.storedParts, { timeout: 90_000 }).toBe(COUNT * PARTS);
  await page.reload();
  gate.planFault = () => undefined;

  await page.choose(...lookAlikes);
  await page.startUpload();
  await page.expectDone(90_000);
  expect(await stored()).toEqual(sums(lookAlikes));
  // each part anew, into uploads of their own
  expect(line.traffic.storedParts).toBe(2 * COUNT * PARTS);
  expect(await bucket.unfinishedUploads()).toBe(COUNT);

  // the other way round: each of the hundred is known when it is the same
  await page.reload();
  await page.choose(...files);
  await page.startUpload();
  await page.expectDone(90_000);
  expect(line.traffic.storedParts).toBe(2 * COUNT * PARTS);
  expect(await stored()).toEqual(sums([...files, ...lookAlikes]));
  expect(await bucket.unfinishedUploads()).toBe(0);
});

test('2,500 parts, killed at 2,000, go on from all pages of the list @local', async ({
  launch,
  demo,
  gate,
  file,
  line,
  bucket,
}) => {
  test.setTimeout(600_000);
  const PARTS = 2_500;
  const LANES = 6;
  gate.instead = endpointFor(demo, { secret: SECRET, uploads, profile });
  const video = await file('video.mp4', PARTS * PART - 100);
  const first = await launch();
  await first.page.choose(video);
  await first.page.startUpload();
  await expect
    .poll(() => line.traffic.storedParts, { intervals: [20], timeout: 150_000 })
    .toBeGreaterThanOrEqual(2_000);
  await first.kill();
  await expectQuiet(line, 500);
  const { storedParts, bodyBytes } = line.traffic;
  expect(storedParts).toBeLessThan(PARTS);

  const { page } = await launch();
  await expect(page.interrupted).toContainText('video.mp4');
  await page.choose(video);
  await page.startUpload();
  await page.expectDone(120_000);
  const [stored, ...others] = await bucket.files();
  expect(others).toEqual([]);
  expect(await bucket.sha256Of(stored?.key ?? '')).toBe(video.sha256);
  expect(await bucket.unfinishedUploads()).toBe(0);
  // what the bucket had is not sent again
  expect(line.traffic.storedParts).toBe(PARTS);
  expect(line.traffic.bodyBytes - bodyBytes).toBeLessThanOrEqual((PARTS - storedParts) * PART);
  expect(line.traffic.bodyBytes - video.sizeBytes).toBeLessThanOrEqual(LANES * PART);
});
