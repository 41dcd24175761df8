import { mkdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { BucketDropElement } from '../src/element/BucketDropElement.ts';
import { expect, FACES, test } from './fixtures.ts';
import { UploadPage } from './models/UploadPage.ts';
import { makeFile } from './support/makeFile.ts';
import { sendParts, settled } from './support/sendParts.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;
const LANES = 6;

test.use({ policy: { singleRequestMaxBytes: PART, partSizeBytes: PART } });

for (const { face, path } of FACES) {
  test.describe(`On the ${face}`, () => {
    test('a file dropped again after a reload goes on where it stopped', async ({
      begin,
      line,
      bucket,
      gate,
      expectStored,
    }) => {
      const { uploadPage: page, video } = await begin(path, 3);
      await page.reload();
      // what each life of the page may cost the endpoint is counted by itself
      gate.receivedBytes = 0;
      await settled(line);
      const { storedParts, bodyBytes } = line.traffic;
      expect(storedParts).toBeLessThan(12);
      expect(await bucket.unfinishedUploads()).toBe(1);

      await expect(page.interrupted).toContainText('1 upload was interrupted: video.mp4 (60 MB).');
      await page.choose(video);
      await expect(page.interrupted).toHaveCount(0);
      await page.startUpload();
      await page.expectDone();
      await expectStored([video]);
      // each part that was missing, once
      expect(line.traffic.storedParts).toBe(12);
      expect(line.traffic.bodyBytes - bodyBytes).toBe((12 - storedParts) * PART);
      await expect(page.interrupted).toHaveCount(0);
    });

    test('what was interrupted can be discarded, and nothing is left of it', async ({
      begin,
      line,
      bucket,
      gate,
      expectStored,
    }) => {
      const { uploadPage: page, video } = await begin(path, 1);
      await page.reload();
      await settled(line);
      expect(await bucket.unfinishedUploads()).toBe(1);
      await page.discardInterrupted();
      await expect(page.interrupted).toHaveCount(0);
      await expect.poll(() => bucket.unfinishedUploads()).toBe(0);

      gate.calls.length = 0;
      gate.receivedBytes = 0;
      await page.reload();
      await page.upload(video);
      await expectStored([video]);
      expect(gate.calls).toContain('uploads');
      expect(gate.calls).not.toContain('uploaded-parts');
    });
  });
}

test('after the browser was killed, only what was in flight is sent again', async ({
  launch,
  file,
  line,
  expectStored,
}) => {
  const video = await file('video.mp4', 200_000_000);
  const parts = Math.ceil(video.sizeBytes / PART);
  const first = await launch();
  line.bytesPerSecond = 40 * MIB;
  await first.page.choose(video);
  await first.page.startUpload();
  await first.page.expectProgress(70);
  await first.kill();
  await settled(line);
  const inFlight = line.traffic.bodyBytes - line.traffic.storedParts * PART;
  expect(line.traffic.storedParts).toBeGreaterThan(0.6 * parts);
  expect(inFlight).toBeLessThanOrEqual(LANES * PART);

  const { page } = await launch();
  await expect(page.interrupted).toContainText('video.mp4');
  await page.upload(video);
  await expectStored([video]);
  expect(line.traffic.storedParts).toBe(parts);
  expect(line.traffic.bodyBytes - video.sizeBytes).toBeLessThanOrEqual(inFlight);
});

test('small files that were stored when the page died are not stored a second time, and damage is mended', async ({
  open,
  file,
  line,
  gate,
  bucket,
  expectStored,
}) => {
  const notes = await Promise.all([1, 2, 3].map((index) => file(`note-${index}.txt`, index * 10_000)));
  let sent = 0;
  // Ceph takes a damaged file of one request; it is found out when the upload is completed
  line.planFault = (operation) => (operation === 'file' && sent++ === 0 ? { kind: 'damage' } : undefined);
  gate.only('complete').beUnreachable();
  const page = await open('');
  await page.choose(...notes);
  await page.startUpload();
  await expect.poll(async () => (await bucket.files()).length).toBe(3);
  await page.reload();
  await settled(line);
  gate.open();
  // what each life of the page may cost the endpoint is counted by itself
  gate.receivedBytes = 0;
  const { bodyBytes } = line.traffic;

  await page.upload(...notes);
  await expectStored(notes);
  expect(line.traffic.bodyBytes - bodyBytes, 'sent again: the damaged one at the most').toBeLessThan(32_000);
});

test('another file of the same name, size and date is told apart, and gets an upload of its own', async ({
  open,
  folder,
  file,
  line,
  bucket,
  gate,
  expectStored,
}) => {
  const video = await file('video.mp4', 12 * PART);
  await mkdir(join(folder, 'other'));
  const other = await makeFile(join(folder, 'other'), 'video.mp4', 12 * PART);
  const { mtime } = await stat(video.path);
  for (const { path } of [video, other]) await utimes(path, mtime, mtime);

  const page = await open('');
  await page.choose(video);
  await sendParts(page, line, 2);
  await page.reload();
  await settled(line);
  gate.receivedBytes = 0;
  const { storedParts } = line.traffic;
  expect(storedParts).toBeLessThan(12);

  await page.upload(other);
  expect(gate.calls).toContain('uploaded-parts');
  expect(line.traffic.storedParts).toBe(storedParts + 12);
  const [stored] = await bucket.files();
  expect(await bucket.sha256Of(stored?.key ?? '')).toBe(other.sha256);

  gate.receivedBytes = 0;
  // The first one's upload still waits for the first one.
  await expect(page.interrupted).toContainText('video.mp4');
  expect(await bucket.unfinishedUploads()).toBe(1);
  await page.reload();
  await page.upload(video);
  await expectStored([video, other]);
  expect(line.traffic.storedParts).toBe(24);
});

test('two tabs keep out of each other’s uploads @local', async ({
  begin,
  page: firstTab,
  demo,
  line,
  bucket,
  expectStored,
}) => {
  const { uploadPage: first, video } = await begin('', 1);
  line.bytesPerSecond = 2 * MIB;
  const tab = await firstTab.context().newPage();
  const second = new UploadPage(tab, `${demo.url}static.html`);
  await second.open();
  await second.expectReady();
  const unfinished = () =>
    tab.evaluate(() => {
      const element = document.querySelector('bucket-drop') as BucketDropElement;
      return element.uppy?.getPlugin('DirectUpload')?.unfinished();
    });
  expect(await unfinished()).toEqual([]);
  await expect(second.interrupted).toHaveCount(0);

  await second.choose(video);
  await second.startUpload();
  await expect.poll(() => bucket.unfinishedUploads()).toBe(2);
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await second.expectDone();
  await first.expectDone();
  await expectStored([video, video]);
  expect(line.traffic.storedParts).toBe(24);
});

for (const [how, end] of [
  ['closed', (tab: Page) => tab.close()],
  // the process that shows it is killed
  ['crashed', (tab: Page) => tab.goto('chrome://crash').catch(() => undefined)],
] as const)
  test(`when a tab is ${how}, another one goes on with its upload @local`, async ({
    open,
    page: firstTab,
    demo,
    file,
    line,
    gate,
    expectStored,
  }) => {
    const video = await file('video.mp4', 12 * PART);
    const first = await open('');
    const second = new UploadPage(await firstTab.context().newPage(), `${demo.url}static.html`);
    await second.open();
    await second.expectReady();
    await first.choose(video);
    await sendParts(first, line, 2);
    await end(firstTab);
    await settled(line);
    const { storedParts } = line.traffic;
    expect(storedParts).toBeLessThan(12);
    gate.receivedBytes = 0;
    await second.upload(video);
    await expectStored([video]);
    expect(line.traffic.storedParts).toBe(12);
  });

test('the browser asks before a page with files on their way is left, and only then @local', async ({
  open,
  file,
  page,
  line,
}) => {
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  const video = await file('video.mp4', 12 * PART);
  const uploadPage = await open('static.html');
  await uploadPage.choose(video);
  await uploadPage.reload();
  expect(asked).toEqual([]);

  await uploadPage.choose(video);
  await sendParts(uploadPage, line, 1);
  await uploadPage.pause();
  await uploadPage.reload();
  expect(asked).toEqual(['beforeunload']);

  await uploadPage.choose(video);
  await sendParts(uploadPage, line, line.traffic.storedParts + 1);
  await page.evaluate(() =>
    document.querySelector('bucket-drop')?.setAttribute('warn-before-leaving', 'off'),
  );
  await uploadPage.reload();
  expect(asked).toHaveLength(1);

  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await uploadPage.upload(video);
  await uploadPage.reload();
  expect(asked).toHaveLength(1);
});

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`In ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 390, height: 844 } });

    test('axe finds nothing in what is said of interrupted uploads @local', async ({
      open,
      file,
      line,
      page,
    }) => {
      const names = ['Interview, second half.mov', 'b.mov', 'c.mov'];
      const files = await Promise.all(names.map((name) => file(name, 4 * PART)));
      const uploadPage = await open('');
      line.bytesPerSecond = 4 * MIB;
      await uploadPage.choose(...files);
      await uploadPage.startUpload();
      await uploadPage.expectProgress(2);
      await uploadPage.reload();
      await expect(uploadPage.interrupted).toContainText('and 1 more');
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    });
  });
