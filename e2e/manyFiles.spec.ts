import type { BucketDropElement } from '../src/element/BucketDropElement.ts';
import { expect, test } from './fixtures.ts';

const COUNT = 2_000;

interface Counts {
  /** How often the table of files was written. */
  writes: number;
  added: number;
  removed: number;
}

// a picture of every step of 500 files would take longer than the upload
test.use({ trace: { mode: 'retain-on-failure', snapshots: false, screenshots: false } });

test('500 files in one drop all arrive @local', async ({ open, file, expectStored, gate }) => {
  test.setTimeout(180_000);
  const files = await Promise.all(
    Array.from({ length: 500 }, (_, index) => file(`picture ${index}.jpg`, 2_000 + index)),
  );
  const page = await open('');
  await page.drop(...files);
  await page.startUpload();
  await page.expectDone(150_000);
  await expectStored(files);
  expect(gate.calls.length).toBeLessThan(150);
});

test('2,000 files in one drop are listed, begun, paused and canceled without work for each over all @local', async ({
  open,
  file,
  page,
  gate,
  bucket,
}) => {
  test.setTimeout(120_000);
  const files = await Promise.all(
    Array.from({ length: COUNT }, (_, index) => file(`picture ${index}.jpg`, 200 + (index % 100))),
  );
  const uploadPage = await open('static.html');
  await uploadPage.expectReady();
  await page.locator('bucket-drop').evaluate((element) => {
    const counts = { writes: 0, added: 0, removed: 0 };
    Object.assign(window, { counts });
    const { uppy } = element as BucketDropElement;
    uppy?.on('state-update', (before, now) => {
      if (before.files !== now.files) counts.writes += 1;
    });
    uppy?.on('file-added', () => {
      counts.added += 1;
    });
    uppy?.on('file-removed', () => {
      counts.removed += 1;
    });
  });
  const counts = () => page.evaluate(() => ({ ...(window as unknown as { counts: Counts }).counts }));

  await uploadPage.drop(...files);
  await expect(page.getByRole('button', { name: `Upload ${COUNT} files` })).toBeVisible();
  const listed = await counts();
  expect(listed.added).toBe(COUNT);
  // a slow machine takes few in one go, but each time it has to draw the list
  expect(listed.writes).toBeLessThan(COUNT / 4);

  await uploadPage.startUpload();
  await expect.poll(() => gate.calls.filter((call) => call === 'complete').length).toBeGreaterThan(0);
  await uploadPage.pause();
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  const created = () => gate.calls.filter((call) => call === 'uploads').length;
  const createdWhenPaused = created();
  const paused = await counts();
  expect(paused.writes - listed.writes).toBeLessThan(COUNT / 4);

  await uploadPage.cancelAll();
  await uploadPage.expectReady();
  await expect.poll(async () => (await counts()).removed).toBe(COUNT);
  expect((await counts()).writes - paused.writes).toBeLessThan(20);
  // what was asked for when it was paused may have been on its way
  expect(created()).toBeLessThanOrEqual(createdWhenPaused + 2);
  const last = await file('last.jpg', 5_000);
  await uploadPage.upload(last);
  const stored = (await bucket.files()).find(({ name }) => name === last.name);
  expect(await bucket.sha256Of(stored?.key ?? '')).toBe(last.sha256);
});
