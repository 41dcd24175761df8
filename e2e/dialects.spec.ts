import { expect, test } from './fixtures.ts';
import type { PageSettings } from './models/UploadPage.ts';
import { expectQuiet } from './support/sendParts.ts';

const MIB = 1024 * 1024;
const PAGE = 'e2e/pages/stock.html';

test.use({ dialects: ['sign-request', 'companion'], policy: { maxFileSizeBytes: 22 * MIB } });

for (const dialect of ['sign-request', 'companion']) {
  test.describe(`the unmodified @uppy/aws-s3 by ${dialect}`, () => {
    test('sends a file in one request', async ({ open, page, file, bucket, expectStored }) => {
      const photo = await file('photo é$.png', 2 * MIB);
      const uploadPage = await open(PAGE, { dialect });
      await uploadPage.upload(photo);
      await expectStored([{ ...photo, name: 'photo é_.png' }]);
      const [stored] = await bucket.files();
      await expect(page.locator('body')).toHaveAttribute('data-key', stored?.key ?? '');
      expect(await bucket.typeOf(stored?.key ?? '')).toBe('image/png');
    });

    test('sends a file in parts, pauses, and goes on with what is there', async ({
      open,
      page,
      file,
      line,
      gate,
      bucket,
      expectStored,
    }) => {
      const video = await file('video.mp4', 18 * MIB);
      const uploadPage = await open(PAGE, { dialect, multipart: '' });
      line.bytesPerSecond = 6 * MIB;
      await uploadPage.choose(video);
      await uploadPage.startUpload();
      await uploadPage.expectProgress(30);
      await uploadPage.pause();
      await expectQuiet(line, 1_000);
      expect(await bucket.unfinishedUploads()).toBe(1);
      line.bytesPerSecond = Number.POSITIVE_INFINITY;
      await uploadPage.resume();
      await uploadPage.expectDone();
      // it asks for each part alone, with all that identifies the upload
      gate.receivedBytes = 0;
      await expectStored([video]);
      expect(line.traffic.storedParts).toBe(4);
      const [stored] = await bucket.files();
      await expect(page.locator('body')).toHaveAttribute('data-key', stored?.key ?? '');
      expect(await bucket.typeOf(stored?.key ?? '')).toBe('video/mp4');
    });

    test('canceled, it leaves nothing in the bucket', async ({ open, file, line, bucket }) => {
      const uploadPage = await open(PAGE, { dialect, multipart: '' });
      line.bytesPerSecond = 6 * MIB;
      await uploadPage.choose(await file('video.mp4', 18 * MIB));
      await uploadPage.startUpload();
      await uploadPage.expectProgress(15);
      expect(await bucket.unfinishedUploads()).toBe(1);
      await uploadPage.cancelAll();
      await expect.poll(() => bucket.unfinishedUploads()).toBe(0);
      expect(await bucket.files()).toEqual([]);
    });

    test('a file that is too large becomes no object, in one request or in parts @local', async ({
      open,
      page,
      file,
      bucket,
    }) => {
      const large = await file('large.mp4', 23 * MIB);
      const modes: PageSettings[] = [{}, { multipart: '' }];
      for (const mode of modes) {
        const uploadPage = await open(PAGE, { dialect, ...mode });
        await uploadPage.choose(large);
        await uploadPage.startUpload();
        await expect(page.getByText('Upload failed').first()).toBeVisible({ timeout: 60_000 });
      }
      expect(await bucket.files()).toEqual([]);
      expect(await bucket.unfinishedUploads()).toBe(0);
    });
  });
}
