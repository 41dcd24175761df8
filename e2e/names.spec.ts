import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** A file keeps its name in the bucket, whatever language it is in. */
const NAMES = [
  'a b  c.txt',
  'Größe über alles.txt',
  '写真 二〇二六.jpg',
  'صورة.png',
  'фото.jpg',
  'ไฟล์.pdf',
  'emoji 👩‍👩‍👧 🎉.png',
  'hash#question?percent%plus+and&amp;.txt',
  '100%25.txt',
  'quote\'s "double".txt',
  '..hidden...txt',
  '~tilde (1) [2] {3}.txt',
  'equals=comma,semicolon;colon.txt',
  `${'x'.repeat(240)}.txt`,
];

test('names of any language arrive as they are', async ({ open, file, expectStored }) => {
  const files = await Promise.all(NAMES.map((name, index) => file(name, 100 + index)));
  const page = await open('');
  await page.upload(...files);
  await expectStored(files);
});

/** No disk has such names, but pages and apps hand over what they like. */
const handOver = (page: Page, name: string) =>
  page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('x') });

test('of a name of 1,000 characters, as many arrive as a key can hold', async ({ open, page, bucket }) => {
  const uploadPage = await open('');
  await uploadPage.expectReady();
  await handOver(page, `${'n'.repeat(1_000)}.txt`);
  await uploadPage.startUpload();
  await uploadPage.expectDone();
  const [stored] = await bucket.files();
  expect(stored?.name).toMatch(/^n{800,}\.txt$/);
});

for (const name of ['..', 'two\nlines.txt'])
  test(`the name ${JSON.stringify(name)} is refused with a reason, and the file stays @local`, async ({
    open,
    page,
    bucket,
  }) => {
    const uploadPage = await open('');
    await uploadPage.expectReady();
    await handOver(page, name);
    await uploadPage.startUpload();
    await uploadPage.expectMessage(/name cannot be stored/i);
    await expect(page.getByRole('listitem').first()).toBeVisible();
    expect(await bucket.files()).toEqual([]);
  });

test('a file’s type arrives with it', async ({ open, file, bucket }) => {
  const photo = await file('photo.png', 1_000);
  const page = await open('');
  await page.upload(photo);
  const [stored] = await bucket.files();
  expect(await bucket.typeOf(stored?.key ?? '')).toBe('image/png');
});
