import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { BucketDropElement } from '../src/element/BucketDropElement.ts';
import { expect, test } from './fixtures.ts';
import { expectQuiet } from './support/sendParts.ts';

const receipts = (page: Page) =>
  page.evaluate(() =>
    new FormData(document.querySelector('form') as HTMLFormElement).getAll('files').map(String),
  );
const fieldNames = (page: Page) =>
  page.evaluate(() => [
    ...new Set([...new FormData(document.querySelector('form') as HTMLFormElement).keys()]),
  ]);
const isValid = (page: Page) =>
  page.evaluate(() => (document.querySelector('form') as HTMLFormElement).checkValidity());
const inElement = <Result>(page: Page, run: (element: BucketDropElement) => Result) =>
  page.locator('bucket-drop').evaluate(run as (element: Element) => Result);

test('the form holds one receipt for each stored file, and nothing of Uppy’s own @local', async ({
  open,
  file,
  page,
}) => {
  const uploadPage = await open('static.html');
  await uploadPage.expectReady();
  expect(await fieldNames(page)).toEqual(['subject']);
  await uploadPage.choose(await file('a.txt', 10), await file('b.txt', 20));
  expect(await receipts(page)).toEqual([]);
  await uploadPage.startUpload();
  await uploadPage.expectDone();
  const sent = await receipts(page);
  expect(sent).toHaveLength(2);
  expect(new Set(sent).size).toBe(2);
  expect(sent.every((receipt) => receipt.split('.').length >= 3)).toBe(true);
  await page.getByRole('button', { name: 'Add more' }).click();
  await expect(page.getByRole('button', { name: 'browse files' })).toBeVisible();
  expect(await fieldNames(page)).toEqual(['subject', 'files']);
});

test('a required element keeps an empty form, and one with files on their way, from being sent @local', async ({
  open,
  file,
  page,
}) => {
  const uploadPage = await open('static.html');
  await uploadPage.expectReady();
  const message = () => inElement(page, (element) => element.validationMessage);
  expect([await isValid(page), await message()]).toEqual([false, 'Upload a file first.']);
  await page.getByRole('button', { name: 'Send the form' }).click();
  await expect(page.locator('#sent')).toBeHidden();

  await uploadPage.choose(await file('a.txt', 10));
  expect(await isValid(page)).toBe(false);
  expect(await message()).toMatch(/Upload the files in the list/);
  await uploadPage.startUpload();
  await uploadPage.expectDone();
  expect(await isValid(page)).toBe(true);
  await page.getByRole('button', { name: 'Send the form' }).click();
  await expect(page.locator('#sent li')).toHaveCount(2);
});

test('what is taken off the list is not sent; a reset takes off all @local', async ({ open, file, page }) => {
  const [a, b] = [await file('a.txt', 10), await file('b.txt', 20)];
  const uploadPage = await open('static.html');
  await uploadPage.upload(a, b);
  await uploadPage.remove(a);
  expect(await receipts(page)).toHaveLength(1);
  await page.evaluate(() => (document.querySelector('form') as HTMLFormElement).reset());
  expect(await receipts(page)).toEqual([]);
  await uploadPage.expectNotInList(b);
  expect(await isValid(page)).toBe(false);
});

test('its events bubble, one for each file @local', async ({ open, file, page }) => {
  const uploadPage = await open('static.html');
  await uploadPage.expectReady();
  await page.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    for (const type of ['bucketdrop-uploaded', 'bucketdrop-error', 'bucketdrop-complete', 'change'])
      document.addEventListener(type, (event) => {
        const { object, error, uploaded } = (event as CustomEvent).detail ?? {};
        const target = (event.target as Element).localName;
        heard.push([type, target, object?.sizeBytes ?? error?.code ?? uploaded?.length ?? null]);
      });
    const element = document.querySelector('bucket-drop') as BucketDropElement;
    element.restrictions = { maxFileSizeBytes: 100 };
  });
  await uploadPage.upload(await file('a.txt', 10), await file('large.txt', 200));
  expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([
    ['bucketdrop-error', 'bucket-drop', 'refused-at-drop'],
    ['bucketdrop-uploaded', 'bucket-drop', 10],
    ['change', 'bucket-drop', null],
    ['bucketdrop-complete', 'bucket-drop', 1],
  ]);
});

test('moved within the page, it keeps its files and goes on; taken out, it stops @local', async ({
  open,
  file,
  page,
  line,
  bucket,
  expectStored,
}) => {
  const video = await file('video.mp4', 30_000_000);
  const uploadPage = await open('static.html');
  line.bytesPerSecond = 10_000_000;
  await uploadPage.choose(video);
  await uploadPage.startUpload();
  await uploadPage.expectProgress(5);
  await inElement(page, (element) => element.form?.append(element));
  await uploadPage.expectInList(video);
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await uploadPage.expectDone();
  await expectStored([video]);
  expect(await receipts(page)).toHaveLength(1);

  line.bytesPerSecond = 10_000_000;
  const other = await file('other.mp4', 30_000_000);
  await uploadPage.choose(other);
  await page
    .getByRole('button', { name: /Upload/ })
    .last()
    .click();
  await expect.poll(() => bucket.unfinishedUploads()).toBe(1);
  await page.evaluate(() => {
    const element = document.querySelector('bucket-drop');
    element?.remove();
    Object.assign(window, { element });
  });
  await expectQuiet(line, 500);
  expect(await bucket.unfinishedUploads()).toBe(1);

  // Back in the page, it starts with an empty list and says what it left behind; without a journal, nothing is left.
  await page.evaluate(() => document.forms[0]?.append((window as unknown as { element: Element }).element));
  await expect(uploadPage.interrupted).toContainText('other.mp4');
  await uploadPage.discardInterrupted();
  await expect.poll(() => bucket.unfinishedUploads()).toBe(0);
  await inElement(page, (element) => element.setAttribute('journal', 'off'));
  await uploadPage.choose(other);
  await uploadPage.startUpload();
  await expect.poll(() => bucket.unfinishedUploads()).toBe(1);
  await page.evaluate(() => document.querySelector('bucket-drop')?.remove());
  await expect.poll(() => bucket.unfinishedUploads()).toBe(0);
});

test('disabled by its fieldset, it takes no files and sends nothing @local', async ({ open, file, page }) => {
  const uploadPage = await open('static.html');
  await uploadPage.expectReady();
  await page.evaluate(() => {
    const fieldset = document.createElement('fieldset');
    const element = document.querySelector('bucket-drop') as BucketDropElement;
    element.before(fieldset);
    fieldset.append(element);
    fieldset.disabled = true;
  });
  await expect(page.getByRole('button', { name: 'browse files' })).toBeDisabled();
  const letter = await file('a.txt', 10);
  await uploadPage.drop(letter);
  await uploadPage.expectNotInList(letter);
  expect(await isValid(page)).toBe(true);
  await page.evaluate(() => document.querySelector('fieldset')?.removeAttribute('disabled'));
  await expect(page.getByRole('button', { name: 'browse files' })).toBeEnabled();
});

test('pictures get thumbnails, by code that is loaded with the first of them @local', async ({
  open,
  file,
  page,
}) => {
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(request.url()));
  const pictures = ['uploading-light-desktop', 'done-dark-phone'].map((name) => ({
    path: fileURLToPath(new URL(`../docs/screenshots/${name}.png`, import.meta.url)),
  }));
  const uploadPage = await open('static.html');
  await uploadPage.expectReady();
  await uploadPage.choose(await file('a.txt', 10));
  const before = scripts.length;
  await uploadPage.choose(...pictures);
  const widths = () =>
    page
      .locator('.uppy-Dashboard-Item-previewImg')
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
  await expect.poll(widths).toEqual([280, 280]);
  expect(scripts.slice(before).filter((url) => url.includes('/chunks/'))).toHaveLength(1);
});
