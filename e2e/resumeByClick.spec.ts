import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { UploadPage } from './models/UploadPage.ts';
import type { TestFile } from './support/makeFile.ts';
import { sendParts, settled } from './support/sendParts.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;

test.use({ policy: { singleRequestMaxBytes: PART, partSizeBytes: PART } });

/**
 * A picker cannot be answered by automation, and neither can the question whether a page may read a file. A file of the
 * origin's own file system has a handle like any other, kept in IndexedDB like any other, and needs no asking.
 */
async function answerPicker(page: Page, file: TestFile): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.id = 'copied';
    document.body.append(input);
  });
  await page.locator('#copied').setInputFiles(file.path);
  await page.evaluate(async () => {
    const input = document.querySelector('#copied') as HTMLInputElement;
    const chosen = input.files?.[0] as File;
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle(chosen.name, { create: true });
    const writable = await handle.createWritable();
    await writable.write(chosen);
    await writable.close();
    input.remove();
    Object.assign(window, { showOpenFilePicker: async () => [handle] });
  });
}

const keptFiles = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open('bucketdrop');
        // it must not come into being by being looked at
        opening.onupgradeneeded = () => opening.transaction?.abort();
        opening.onerror = () => resolve(0);
        opening.onsuccess = () => {
          const counting = opening.result.transaction('files').objectStore('files').count();
          counting.onsuccess = () => resolve(counting.result);
          opening.result.close();
        };
      }),
  );

test('after the browser was killed, one click goes on with a picked file, and asks for a dropped one @local', async ({
  launch,
  demo,
  file,
  line,
  gate,
  expectStored,
}) => {
  const video = await file('video.mp4', 12 * PART);
  const clip = await file('clip.mp4', 12 * PART);
  const first = await launch();
  await first.page.expectReady();
  await answerPicker(first.page.page, video);
  await first.page.browse();
  await first.page.drop(clip);
  await sendParts(first.page, line, 3);
  await expect.poll(() => keptFiles(first.page.page)).toBe(2);
  await first.kill();
  await settled(line);
  gate.receivedBytes = 0;
  const { storedParts, bodyBytes } = line.traffic;
  expect(storedParts).toBeLessThan(24);

  const { page: second } = await launch();
  await second.expectReady();
  const { interrupted } = second;
  await expect(interrupted).toContainText('2 uploads were interrupted');
  await expect(interrupted).not.toContainText('Drop');
  await second.resumeInterrupted(2);
  await second.expectDone();
  // The browser's question about the dropped one is open, and stays so here: nobody can answer it, or click past it.
  await expect(interrupted).toContainText('1 upload was interrupted: clip.mp4 (60 MB).');
  expect(await keptFiles(second.page)).toBe(1);
  // It would outlive a reload for a moment and swallow the next click, so the person goes on in another tab.
  const third = new UploadPage(await second.page.context().newPage(), demo.url);
  await second.page.close();
  await third.open();
  await third.drop(clip);
  await third.startUpload();
  await third.expectDone();
  await expectStored([video, clip]);
  await expect.poll(() => keptFiles(third.page)).toBe(0);
  await expect(third.interrupted).toHaveCount(0);
  expect(line.traffic.storedParts).toBe(24);
  expect(line.traffic.bodyBytes - bodyBytes).toBe((24 - storedParts) * PART);
});

test('a file that is gone, or another one now, is asked for again @local', async ({
  open,
  page,
  file,
  line,
  gate,
  expectStored,
}) => {
  const video = await file('video.mp4', 12 * PART);
  const uploadPage = await open('static.html');
  await uploadPage.expectReady();
  await answerPicker(page, video);
  await uploadPage.browse();
  await sendParts(uploadPage, line, 1);
  await expect.poll(() => keptFiles(page)).toBe(1);
  await uploadPage.reload();
  await settled(line);
  gate.receivedBytes = 0;
  await page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('video.mp4'));
  await uploadPage.resumeInterrupted(1);
  await expect(uploadPage.interrupted).toContainText(
    'video.mp4 (60 MB) was moved, changed or deleted: choose the file again.',
  );
  await expect(uploadPage.interrupted.getByRole('button')).toHaveText(['Discard']);

  // the file on the disk has another date than the copy, so that it is another upload
  await uploadPage.discardInterrupted();
  await expect.poll(() => keptFiles(page)).toBe(0);
  await uploadPage.reload();
  await uploadPage.upload(video);
  await expectStored([video]);
  expect(await keptFiles(page)).toBe(0);
});

test('a dropped file is asked for by the click, and when that is refused, it can be dropped again @local', async ({
  open,
  page,
  file,
  line,
  gate,
  expectStored,
}) => {
  const video = await file('video.mp4', 12 * PART);
  const uploadPage = await open('');
  await uploadPage.drop(video);
  await sendParts(uploadPage, line, 2);
  await expect.poll(() => keptFiles(page)).toBe(1);
  await uploadPage.reload();
  await settled(line);
  gate.receivedBytes = 0;
  // here the browser would ask the person: the question itself is all that is replaced
  await page.evaluate(() => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    Object.assign(FileSystemHandle.prototype, {
      async requestPermission(this: FileSystemHandle, { mode }: { mode: string }) {
        asked.push(`${this.name} ${mode} ${navigator.userActivation.isActive}`);
        return 'denied';
      },
    });
  });
  const { storedParts } = line.traffic;
  await uploadPage.resumeInterrupted(1);
  await expect(uploadPage.interrupted).toContainText(
    'The browser was not allowed to open video.mp4 (60 MB): choose the file again.',
  );
  expect(await page.evaluate(() => (window as unknown as { asked: string[] }).asked)).toEqual([
    'video.mp4 read true',
  ]);
  await uploadPage.drop(video);
  await uploadPage.startUpload();
  await uploadPage.expectDone();
  await expectStored([video]);
  expect(storedParts).toBeLessThan(12);
  expect(line.traffic.storedParts).toBe(12);
  expect(await keptFiles(page)).toBe(0);
});

test('a dropped file goes on with one click as long as the browser still trusts the page @local', async ({
  open,
  page,
  file,
  line,
  gate,
  expectStored,
}) => {
  const video = await file('video.mp4', 12 * PART);
  const uploadPage = await open('');
  await uploadPage.drop(video);
  await sendParts(uploadPage, line, 1);
  await expect.poll(() => keptFiles(page)).toBe(1);
  await uploadPage.reload();
  await settled(line);
  const { storedParts } = line.traffic;
  gate.receivedBytes = 0;
  await uploadPage.resumeInterrupted(1);
  await uploadPage.expectDone();
  await expectStored([video]);
  expect(storedParts).toBeLessThan(12);
  expect(line.traffic.storedParts).toBe(12);
});

test('small files of which copies are kept go on by one click @local', async ({
  open,
  page,
  file,
  line,
  expectStored,
}) => {
  await page.addInitScript(() =>
    addEventListener('DOMContentLoaded', () =>
      document.querySelector('bucket-drop')?.setAttribute('keep-small-files', ''),
    ),
  );
  const photos = await Promise.all(['a.raw', 'b.raw', 'c.raw'].map((name) => file(name, 3 * MIB)));
  const uploadPage = await open('static.html');
  line.bytesPerSecond = MIB / 4;
  await uploadPage.choose(...photos);
  await uploadPage.startUpload();
  await expect.poll(() => keptFiles(page)).toBe(3);
  // what is on its way would arrive all the same, and be stored for nobody
  await line.goDown();
  await uploadPage.reload();
  await line.comeUp();
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await expect(uploadPage.interrupted).toContainText('3 uploads were interrupted');
  await uploadPage.resumeInterrupted(3);
  await uploadPage.expectDone();
  await expectStored(photos);
  await expect.poll(() => keptFiles(page)).toBe(0);
});

test('copies are discarded with the rest @local', async ({ open, page, file, line }) => {
  await page.addInitScript(() =>
    addEventListener('DOMContentLoaded', () =>
      document.querySelector('bucket-drop')?.setAttribute('keep-small-files', ''),
    ),
  );
  const photo = await file('a.raw', 3 * MIB);
  const uploadPage = await open('static.html');
  line.bytesPerSecond = MIB / 4;
  await uploadPage.choose(photo);
  await uploadPage.startUpload();
  await expect.poll(() => keptFiles(page)).toBe(1);
  await uploadPage.reload();
  await uploadPage.discardInterrupted();
  await expect.poll(() => keptFiles(page)).toBe(0);
  await uploadPage.reload();
  await uploadPage.expectReady();
  await expect(uploadPage.interrupted).toHaveCount(0);
});
