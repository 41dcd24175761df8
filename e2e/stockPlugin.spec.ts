import { expect, test } from './fixtures.ts';
import { expectQuiet } from './support/sendParts.ts';

const MIB = 1024 * 1024;
const STOCK = { transfer: 'uppy-aws-s3' };

test.use({ policy: { singleRequestMaxBytes: 5 * MIB, partSizeBytes: 5 * MIB } });

test('the stock plugin is loaded only where it is wanted @local', async ({ open, page }) => {
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(request.url()));
  const uploadPage = await open('static.html');
  await uploadPage.expectReady();
  expect(scripts.filter((url) => url.includes('StockTransfer'))).toEqual([]);
  await (await open('static.html', STOCK)).expectReady();
  expect(scripts.filter((url) => url.includes('StockTransfer'))).toHaveLength(1);
});

test('the stock plugin pauses, and goes on with the parts that are there @local', async ({
  open,
  file,
  line,
  gate,
  expectStored,
}) => {
  const video = await file('video.mp4', 30 * MIB);
  const page = await open('', STOCK);
  line.bytesPerSecond = 8 * MIB;
  await page.choose(video);
  await page.startUpload();
  await page.expectProgress(30);
  await page.pause();
  await expectQuiet(line, 1_000);
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await page.resume();
  await page.expectDone();
  // it asks for each part alone, ticket and all: more than our own engine is allowed to say
  gate.receivedBytes = 0;
  await expectStored([video]);
  expect(line.traffic.storedParts).toBe(6);
});

test('canceled, the stock plugin leaves nothing in the bucket @local', async ({
  open,
  file,
  line,
  bucket,
}) => {
  const page = await open('', STOCK);
  line.bytesPerSecond = 8 * MIB;
  await page.choose(await file('video.mp4', 30 * MIB));
  await page.startUpload();
  await page.expectProgress(15);
  expect(await bucket.unfinishedUploads()).toBe(1);
  await page.cancelAll();
  await expect.poll(() => bucket.unfinishedUploads()).toBe(0);
});

test('what fails with the stock plugin is named, and retry works @local', async ({
  open,
  file,
  gate,
  expectStored,
}) => {
  const [letter, video] = [await file('letter.txt', 2_000), await file('video.mp4', 12 * MIB)];
  const page = await open('', STOCK);
  await page.choose(letter, video);
  gate.failWith(401);
  await page.startUpload();
  await page.expectMessage(/not signed in/i);
  gate.open();
  gate.receivedBytes = 0;
  await page.tryAgain();
  await page.expectDone();
  await page.expectNoMessage();
  await expectStored([letter, video]);
});

test('the bytes of an upload with the stock plugin are checked and reported like ours @local', async ({
  open,
  file,
  page,
}) => {
  const uploadPage = await open('static.html', STOCK);
  await uploadPage.upload(await file('letter.txt', 2_000), await file('video.mp4', 12 * MIB));
  const receipts = () =>
    page.evaluate(
      () => new FormData(document.querySelector('form') as HTMLFormElement).getAll('files').length,
    );
  await expect.poll(receipts).toBe(2);
});
