import { expect, FACES, test } from './fixtures.ts';
import { expectQuiet } from './support/sendParts.ts';

const MIB = 1024 * 1024;

// a file over 5 MiB goes in parts of 5 MiB
test.use({ policy: { singleRequestMaxBytes: 5 * MIB, partSizeBytes: 5 * MIB } });

for (const { face, path } of FACES) {
  test.describe(`On the ${face}`, () => {
    test('a small file reaches the bucket in one request @flow', async ({
      open,
      file,
      expectStored,
      line,
    }) => {
      const photo = await file('photo.jpg', 300_000);
      const page = await open(path);
      await page.upload(photo);
      await expectStored([photo]);
      expect(line.traffic.storedParts).toBe(0);
    });

    test('a large file goes in parts, several at once @flow', async ({ open, file, expectStored, line }) => {
      const video = await file('video.mp4', 32 * MIB + 12_345);
      const page = await open(path);
      await page.upload(video);
      await expectStored([video]);
      expect(line.traffic.storedParts).toBe(7);
      expect(line.traffic.mostPartsAtOnce).toBeGreaterThan(1);
    });

    test('files dragged onto the widget are taken, and their bytes arrive @flow', async ({
      open,
      file,
      expectStored,
    }) => {
      const [letter, report] = [await file('letter.txt', 4_000), await file('report.pdf', 6 * MIB)];
      const page = await open(path);
      await page.drop(letter, report);
      await page.expectInList(letter);
      await page.expectInList(report);
      await page.startUpload();
      await page.expectDone();
      await expectStored([letter, report]);
    });

    test('200 small files in one drop all arrive @flow', async ({ open, file, expectStored, gate }) => {
      const files = await Promise.all(
        Array.from({ length: 200 }, (_, index) => file(`note ${index}.txt`, 1_000 + index)),
      );
      const page = await open(path);
      await page.drop(...files);
      await page.startUpload();
      await page.expectDone();
      await expectStored(files);
      // many files share one call
      expect(gate.calls.length).toBeLessThan(60);
    });

    test('an upload that is paused stands still, and goes on where it was @flow', async ({
      begin,
      expectStored,
      line,
    }) => {
      // six parts at a time: half of the file has arrived
      const { uploadPage: page, video } = await begin(path, 6);
      const { storedParts } = line.traffic;
      await page.pause();
      line.bytesPerSecond = Number.POSITIVE_INFINITY;
      await expectQuiet(line, 1_000);
      const { begunParts } = line.traffic;

      await page.resume();
      await page.expectDone();
      await expectStored([video]);
      const sentAfterwards = line.traffic.begunParts - begunParts;
      expect(sentAfterwards).toBeGreaterThan(0);
      expect(sentAfterwards, 'what had arrived is not sent once more').toBeLessThanOrEqual(12 - storedParts);
    });

    test('an upload that is canceled leaves nothing in the bucket @flow', async ({
      open,
      file,
      bucket,
      line,
    }) => {
      const video = await file('video.mp4', 40 * MIB);
      const page = await open(path);
      line.bytesPerSecond = 8 * MIB;
      await page.choose(video);
      await page.startUpload();
      await page.expectProgress(15);
      expect(await bucket.unfinishedUploads()).toBe(1);
      await page.cancelAll();
      await page.expectNotInList(video);
      await expect.poll(() => bucket.unfinishedUploads()).toBe(0);
      expect(await bucket.files()).toEqual([]);
    });

    test('a part that is cut off half way is sent again @flow', async ({
      open,
      file,
      expectStored,
      line,
    }) => {
      const video = await file('video.mp4', 22 * MIB);
      const page = await open(path);
      line.partsToCut = 2;
      await page.upload(video);
      expect(line.partsToCut).toBe(0);
      await page.expectNoMessage();
      await expectStored([video]);
      expect(line.traffic.storedParts).toBe(5);
    });

    test('files of every awkward size arrive whole', async ({ open, file, expectStored, line }) => {
      const files = [
        await file('empty.txt', 0),
        await file('one byte.bin', 1),
        await file('exactly 5 MiB.bin', 5 * MIB),
        await file('one byte more.bin', 5 * MIB + 1),
      ];
      const page = await open(path);
      await page.upload(...files);
      await expectStored(files);
      // only the last one needs parts: one of 5 MiB and one of a byte
      expect(line.traffic.storedParts).toBe(2);
    });

    test('the stock plugin of Uppy stores the same files through the same endpoint', async ({
      open,
      file,
      expectStored,
      line,
    }) => {
      const [letter, video] = [await file('letter.txt', 4_000), await file('video.mp4', 12 * MIB)];
      const page = await open(path, { transfer: 'uppy-aws-s3' });
      await page.upload(letter, video);
      await expectStored([letter, video]);
      expect(line.traffic.storedParts).toBe(3);
    });
  });
}
