import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { BucketProxy } from './support/BucketProxy.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;

// With larger parts and single requests, where there is no pace.
test.use({ policy: { singleRequestMaxBytes: 16 * MIB } });

/**
 * From now on, compares what has arrived in front of the bucket with what may have. A busy machine only makes it arrive
 * later than it was sent.
 *
 * @param mostBytes by how many seconds from now on
 * @returns by how many bytes it was too much, at the worst moment
 */
function compare(line: BucketProxy, mostBytes: (seconds: number) => number): () => number {
  const startMs = performance.now();
  let worst = Number.NEGATIVE_INFINITY;
  line.onMoved = () => {
    const seconds = (performance.now() - startMs) / 1000;
    worst = Math.max(worst, line.traffic.bodyBytes - mostBytes(seconds));
  };
  return () => worst;
}

const setAttribute = (page: Page, name: string, value: string | null) =>
  page.evaluate(
    ([attribute, text]) => {
      const element = document.querySelector('bucket-drop');
      if (text === null) element?.removeAttribute(attribute);
      else element?.setAttribute(attribute, text);
    },
    [name, value] as const,
  );

test('a file keeps to the limit at every moment, as the bucket sees it', async ({
  open,
  file,
  line,
  expectStored,
}) => {
  const rate = 4_000_000;
  const video = await file('video.mp4', 24_000_000);
  const page = await open('', { 'max-bytes-per-second': String(rate) });
  await page.choose(video);
  const excess = compare(line, (seconds) => PART + (0.95 * seconds + 0.5) * rate);
  await page.startUpload();
  await page.expectDone();
  expect(line.traffic.bodyBytes).toBe(video.sizeBytes);
  expect(excess()).toBeLessThan(0);
  await expectStored([video]);
});

test('an upload that waits for its time is paused at once, and goes on at full speed when the limit is lifted @local', async ({
  open,
  file,
  line,
  page,
  expectStored,
}) => {
  const files = [await file('video.mp4', 24 * MIB), await file('photo.jpg', 300_000)];
  const sizeBytes = 24 * MIB + 300_000;
  const uploadPage = await open('static.html');
  // ten minutes for all of it
  await setAttribute(page, 'max-bytes-per-second', '40000');
  await uploadPage.choose(...files);
  await uploadPage.startUpload();
  await expect.poll(() => line.traffic.storedParts).toBe(1);
  const atOnce = line.traffic.bodyBytes;
  expect(atOnce).toBeLessThan(PART + 302_000);
  await uploadPage.pause();
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  await uploadPage.resume();
  await expect.poll(() => line.quietForMs()).toBeGreaterThan(1_500);
  expect(line.traffic.bodyBytes).toBe(atOnce);
  await setAttribute(page, 'max-bytes-per-second', null);
  await uploadPage.expectDone();
  // nothing was sent twice; a form has fields besides the file
  expect(line.traffic.bodyBytes).toBeLessThan(sizeBytes + 2_000);
  await expectStored(files);
});

test('a polite upload sends one request at a time, and leaves half of the time to others @local', async ({
  open,
  file,
  line,
  page,
  expectStored,
}) => {
  const names = ['a.txt', 'b.txt', 'c.txt'];
  const files = [
    await file('video.mp4', 3 * PART),
    await file('song.mp3', PART + 1_000),
    ...(await Promise.all(names.map((name, index) => file(name, 1_000 + index)))),
  ];
  line.bytesPerSecond = 10 * MIB;
  const uploadPage = await open('static.html');
  await setAttribute(page, 'polite', '');
  await uploadPage.choose(...files);
  const excess = compare(line, (seconds) => PART + 10_000 + (seconds / 2) * line.bytesPerSecond);
  await uploadPage.startUpload();
  await uploadPage.expectDone();
  expect(line.traffic.mostUploadsAtOnce).toBe(1);
  expect(line.traffic.storedParts).toBe(5);
  expect(excess()).toBeLessThan(0);
  await expectStored(files);
});
