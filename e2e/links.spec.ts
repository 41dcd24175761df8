import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import type { Page } from '@playwright/test';
import { expect, FACES, test } from './fixtures.ts';
import { StoredList } from './models/StoredList.ts';
import { expectNothingFound } from './support/expectNothingFound.ts';
import { makeImage } from './support/makeImage.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const NAME = 'naïve 🎉 picture.png';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

for (const { face, path } of FACES)
  test.describe(`On the ${face}`, () => {
    test('what was uploaded is listed with its picture, and its link downloads it', async ({
      open,
      folder,
      page,
    }) => {
      const picture = await makeImage(folder, NAME);
      const uploadPage = await open(path);
      const stored = new StoredList(page);
      await uploadPage.upload(picture);
      expect(await stored.thumbnail(picture)).toMatch(/^blob:/);

      const url = await stored.copyLink(picture);
      await expect(stored.row(picture)).toContainText(/valid for 14:5\d/);
      const response = await fetch(url);
      expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(picture.sha256);
      expect(response.headers.get('content-disposition')).toContain(
        'attachment; filename="na_ve _ picture.png"; filename*=UTF-8\'\'na%C3%AFve%20%F0%9F%8E%89%20picture.png',
      );
      // as somebody does who was sent the link
      const elsewhere = await page.context().newPage();
      const [download] = await Promise.all([
        elsewhere.waitForEvent('download'),
        elsewhere.goto(url).catch(() => undefined),
      ]);
      expect(download.suggestedFilename()).toBe(NAME);
    });

    test('what is deleted takes a second word, and then is gone from the bucket', async ({
      open,
      folder,
      page,
      bucket,
    }) => {
      const [one, other] = [await makeImage(folder, 'one.png'), await makeImage(folder, 'other.png')];
      const uploadPage = await open(path);
      const stored = new StoredList(page);
      await uploadPage.upload(one, other);
      const url = await stored.copyLink(one);
      await stored.button(one, /^Delete/).click();
      await expect(stored.button(one, 'Keep')).toBeFocused();
      await page.keyboard.press('Enter');
      expect((await fetch(url)).status).toBe(200);

      await stored.button(one, /^Delete/).click();
      await stored.button(one, /^Delete/).click();
      await expect(stored.row(one)).toHaveCount(0);
      await expect(stored.row(other)).toBeVisible();
      expect((await fetch(url)).status).toBe(404);
      expect((await bucket.files()).map(({ name }) => name)).toEqual(['other.png']);
    });
  });

test.describe('A link that lasts 4 seconds', () => {
  test.use({ links: { expiresInSeconds: 4 } });
  for (const { face, path } of FACES)
    test(`says on the ${face} that it ran out; the bucket refuses it, and a new one is good`, async ({
      open,
      folder,
      page,
    }) => {
      const picture = await makeImage(folder, 'picture.png');
      const uploadPage = await open(path);
      const stored = new StoredList(page);
      await uploadPage.upload(picture);
      const url = await stored.copyLink(picture);
      expect((await fetch(url)).status).toBe(200);
      await expect(stored.row(picture)).toContainText(/valid for 0:0\d/);
      await expect(stored.row(picture)).toContainText('The link has run out.');
      // S3 lets a signature live to the end of its last second
      await expect.poll(async () => (await fetch(url)).status).toBe(403);
      const renewed = await stored.copyLink(picture);
      expect((await fetch(renewed)).status).toBe(200);
      await expect(stored.row(picture)).toContainText(/valid for 0:0\d/);
    });
});

test('A download that breaks off goes on where it was', async ({ open, file, page, line, bucket }) => {
  const large = await file('large.bin', 6_000_000);
  const uploadPage = await open('static.html');
  const stored = new StoredList(page);
  await uploadPage.upload(large);
  const url = await stored.copyLink(large);
  line.downloadsToCut = 1;
  const { etag, bytes } = await readUntilReset(url);
  expect(bytes.length).toBeGreaterThan(100_000);
  expect(bytes.length).toBeLessThan(large.sizeBytes);
  const range = `bytes=${bytes.length}-`;
  const rest = await fetch(url, { headers: { range, 'if-match': etag, 'if-range': etag } });
  expect(rest.status).toBe(206);
  expect(rest.headers.get('content-range')).toBe(
    `bytes ${bytes.length}-${large.sizeBytes - 1}/${large.sizeBytes}`,
  );
  const whole = Buffer.concat([bytes, new Uint8Array(await rest.arrayBuffer())]);
  expect(sha256(whole)).toBe(large.sha256);
  // another object by now: nobody gets halves of two
  const stale = await fetch(url, { headers: { range, 'if-match': '"0123456789abcdef0123456789abcdef"' } });
  expect(stale.status).toBe(412);
  expect(await bucket.files()).toHaveLength(1);
});

async function readUntilReset(url: string): Promise<{ etag: string; bytes: Buffer }> {
  const request = get(url);
  // said of the answer as well, which is listened to
  request.on('error', () => undefined);
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  const ended = new Promise<string>((resolve) => {
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    response.on('end', () => resolve('end'));
  });
  expect(await ended).toBe('ECONNRESET');
  return { etag: response.headers.etag, bytes: Buffer.concat(chunks) };
}

test('The panel downloads by its button, and is there again after a reload @local', async ({
  open,
  folder,
  page,
  line,
  gate,
}) => {
  const picture = await makeImage(folder, NAME);
  const uploadPage = await open('static.html', { 'stored-files': 'session' });
  const stored = new StoredList(page);
  await uploadPage.upload(picture);
  await expect(stored.row(picture)).toBeVisible();
  expect(gate.calls, 'no link is asked for before it is needed').not.toContain('links');
  const saved = await stored.download(stored.button(picture, /^Download/));
  expect(saved).toEqual({ name: NAME, sha256: picture.sha256 });

  await uploadPage.reload();
  expect(await stored.thumbnail(picture)).toContain(line.url);
  const again = await stored.download(stored.button(picture, /^Download/));
  expect(again).toEqual({ name: NAME, sha256: picture.sha256 });
});

test('A download goes along with uploads on their way, and nobody is asked to stay @local', async ({
  open,
  file,
  folder,
  page,
  line,
  expectStored,
}) => {
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.type());
    void dialog.dismiss();
  });
  const [picture, video] = [await makeImage(folder, NAME), await file('video.mp4', 12_000_000)];
  const uploadPage = await open('static.html');
  const stored = new StoredList(page);
  await uploadPage.upload(picture);
  line.bytesPerSecond = 1_000_000;
  await uploadPage.choose(video);
  await uploadPage.startUpload();
  await uploadPage.expectProgress(5);
  const saved = await stored.download(stored.button(picture, /^Download/));
  expect(saved.sha256).toBe(picture.sha256);
  expect(dialogs).toEqual([]);
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await expect(stored.row(video)).toBeVisible({ timeout: 30_000 });
  await expectStored([picture, video]);
});

test('The form forgets what is deleted, and the focus goes on @local', async ({
  open,
  folder,
  page,
  bucket,
}) => {
  const [one, other] = [await makeImage(folder, 'one.png'), await makeImage(folder, 'other.png')];
  const uploadPage = await open('static.html');
  const stored = new StoredList(page);
  await uploadPage.upload(one, other);
  const receipts = () =>
    page.evaluate(
      () => new FormData(document.querySelector('form') as HTMLFormElement).getAll('files').length,
    );
  expect(await receipts()).toBe(2);
  for (const [file, left] of [
    [one, 1],
    [other, 0],
  ] as const) {
    await stored.button(file, /^Delete/).press('Enter');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(stored.row(file)).toHaveCount(0);
    await expect(page.getByRole('status').filter({ hasText: `“${file.name}” was deleted.` })).toBeAttached();
    expect(await receipts()).toBe(left);
    await uploadPage.expectNotInList(file);
    if (left > 0) await expect(stored.button(other, /^Download/)).toBeFocused();
  }
  await expect(stored.region).toBeHidden();
  await expect(page.getByRole('button', { name: 'browse files' })).toBeFocused();
  expect(await bucket.files()).toEqual([]);
});

test('The panel says what does not work @local', async ({ open, folder, page, bucket, gate }) => {
  const [gone, kept] = [await makeImage(folder, 'gone.png'), await makeImage(folder, 'kept.png')];
  const uploadPage = await open('static.html');
  const stored = new StoredList(page);
  await uploadPage.upload(gone);
  for (const { key } of await bucket.files()) await bucket.delete(key);
  await stored.button(gone, /^Download/).click();
  await expect(stored.row(gone)).toContainText('This file is no longer in the storage.');
  // gone already is as good as deleted
  await stored.button(gone, /^Delete/).click();
  await stored.button(gone, /^Delete/).click();
  await expect(stored.row(gone)).toHaveCount(0);

  await uploadPage.upload(kept);
  gate.only('links').failWith(403);
  await stored.button(kept, /^Copy link/).click();
  await expect(stored.row(kept)).toContainText('This is not allowed here.');
  gate.open();
  await stored.copyLink(kept);
  await expect(stored.row(kept)).not.toContainText('This is not allowed here.');
});

test.describe('Where links are not given', () => {
  test.use({ links: { download: false, preview: false, delete: false } });

  test('the panel lists the files alone @local', async ({ open, folder, page }) => {
    const picture = await makeImage(folder, 'picture.png');
    const uploadPage = await open('static.html');
    const stored = new StoredList(page);
    await uploadPage.upload(picture);
    await expect(stored.row(picture)).toBeVisible();
    await expect(stored.row(picture).getByRole('button')).toHaveCount(0);
  });
});

test.describe('Without a clipboard', () => {
  test('the link stands there to be copied by hand @local', async ({ open, folder, page }) => {
    await takeClipboard(page);
    const picture = await makeImage(folder, 'picture.png');
    const uploadPage = await open('static.html');
    const stored = new StoredList(page);
    await uploadPage.upload(picture);
    await stored.button(picture, /^Copy link/).click();
    const field = stored.row(picture).getByRole('textbox', { name: 'Link to “picture.png”' });
    const response = await fetch(await field.inputValue());
    expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(picture.sha256);
  });
});

async function takeClipboard(page: Page): Promise<void> {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
}

for (const theme of ['light', 'dark'])
  test(`Axe finds nothing in the panel, ${theme} @local`, async ({ open, folder, page }) => {
    const [picture, other] = [await makeImage(folder, NAME), await makeImage(folder, 'other.png')];
    const uploadPage = await open('static.html', { theme });
    const stored = new StoredList(page);
    await uploadPage.upload(picture, other);
    await stored.copyLink(picture);
    await stored.button(other, /^Delete/).click();
    await page.mouse.move(0, 0);
    await expectNothingFound(page, 'with a link and a question');
  });

test('The panel speaks German @local', async ({ open, folder, page }) => {
  const picture = await makeImage(folder, NAME);
  const uploadPage = await open('static.html', { locale: 'de_DE', 'auto-upload': '' });
  const stored = new StoredList(page);
  await uploadPage.page
    .locator('input[type=file]:not([webkitdirectory])')
    .first()
    .setInputFiles(picture.path);
  await stored.button(picture, /^Link kopieren/).click();
  await expect(stored.row(picture)).toContainText(/Link kopiert, gültig für 14:5\d\./);
  await expect(page.getByRole('status').filter({ hasText: 'gültig für 15 Minuten' })).toBeAttached();
});
