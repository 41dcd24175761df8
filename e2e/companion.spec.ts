import { type RunningCompanion, startCompanion } from './companion/startCompanion.ts';
import { test as base, expect } from './fixtures.ts';
import { expectQuiet } from './support/sendParts.ts';

const MIB = 1024 * 1024;
const PAGE = 'e2e/pages/companion.html';

/** A real `@uppy/companion` beside the page, on an origin of its own. */
const test = base.extend<{ companion: RunningCompanion }>({
  companion: async ({ s3, bucket, line, demo }, use) => {
    const companion = await startCompanion(s3, bucket.bucket, line.url, demo.origins);
    await use(companion);
    await companion.stop();
  },
});

/** Companion puts a random id right before the file's name. */
const nameIn = (key: string) => key.replace(/^[0-9a-f-]{36}-/, '');

test('with Companion, the widget sends small files in one request and large ones in parts', async ({
  open,
  page,
  file,
  companion,
  bucket,
  gate,
  line,
}) => {
  const files = [
    await file('photo é.png', 20_000),
    await file('empty.txt', 0),
    await file('a.mp4', 20 * MIB),
  ];
  const uploadPage = await open(PAGE, { endpoint: companion.url });
  await uploadPage.upload(...files);
  await uploadPage.expectNoMessage();
  const stored = await bucket.files();
  const found = await Promise.all(
    stored.map(async ({ key }) => ({ name: nameIn(key), sha256: await bucket.sha256Of(key) })),
  );
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  expect(found.sort(byName)).toEqual(files.map(({ name, sha256 }) => ({ name, sha256 })).sort(byName));
  expect(await bucket.unfinishedUploads()).toBe(0);
  expect(line.traffic.mostPartsAtOnce).toBeGreaterThan(1);
  // where an endpoint gives receipts, there are the keys
  const sent = await page.evaluate(() =>
    new FormData(document.querySelector('form') as HTMLFormElement).getAll('files').map(String),
  );
  expect(sent.sort()).toEqual(stored.map(({ key }) => key).sort());
  expect(gate.calls, 'calls of our own endpoint').toEqual([]);
});

test('with Companion, the widget pauses, and goes on after a reload with what is there', async ({
  open,
  file,
  companion,
  bucket,
  line,
}) => {
  // twelve parts, in two waves over six lanes
  const video = await file('video.mp4', 150 * MIB);
  const uploadPage = await open(PAGE, { endpoint: companion.url });
  line.bytesPerSecond = 32 * MIB;
  await uploadPage.choose(video);
  await uploadPage.startUpload();
  await uploadPage.expectProgress(5);
  await uploadPage.pause();
  await expectQuiet(line, 1_000);
  expect(await bucket.unfinishedUploads()).toBe(1);
  await uploadPage.resume();
  await expect.poll(() => line.traffic.storedParts, { timeout: 30_000 }).toBeGreaterThanOrEqual(6);
  const before = line.traffic.storedParts;
  await uploadPage.reload();
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await uploadPage.upload(video);
  const [stored, ...others] = await bucket.files();
  expect([nameIn(stored?.key ?? ''), others.length]).toEqual(['video.mp4', 0]);
  expect(await bucket.sha256Of(stored?.key ?? '')).toBe(video.sha256);
  expect(await bucket.unfinishedUploads()).toBe(0);
  expect(line.traffic.storedParts - before).toBeLessThanOrEqual(12 - before);
});

test('with Companion, what is canceled is gone from the bucket, and what fails is tried again @local', async ({
  open,
  file,
  companion,
  bucket,
  line,
}) => {
  const video = await file('video.mp4', 30 * MIB);
  const uploadPage = await open(PAGE, { endpoint: companion.url });
  line.bytesPerSecond = 8 * MIB;
  await uploadPage.choose(video);
  await uploadPage.startUpload();
  await uploadPage.expectProgress(15);
  expect(await bucket.unfinishedUploads()).toBe(1);
  await uploadPage.cancelAll();
  await expect.poll(() => bucket.unfinishedUploads()).toBe(0);

  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  line.partsToCut = 2;
  await uploadPage.upload(video);
  expect(line.partsToCut).toBe(0);
  const [stored] = await bucket.files();
  expect(await bucket.sha256Of(stored?.key ?? '')).toBe(video.sha256);
});

test('Companion’s words are loaded only where they are wanted @local', async ({ open, page, companion }) => {
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(request.url()));
  const loaded = () => scripts.filter((url) => url.includes('fetchCompanion')).length;
  await (await open('')).expectReady();
  expect(loaded()).toBe(0);
  await (await open(PAGE, { endpoint: companion.url })).expectReady();
  expect(loaded()).toBe(1);
});
