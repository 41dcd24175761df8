import { truncate } from 'node:fs/promises';
import { BucketDropError } from '../src/protocol/BucketDropError.ts';
import { expect, FACES, test } from './fixtures.ts';

const MIB = 1024 * 1024;

for (const { face, path } of FACES) {
  test.describe(`On the ${face}`, () => {
    test.describe('what the endpoint would refuse', () => {
      test.use({ policy: { maxFileSizeBytes: 8 * MIB, allowedTypes: ['image/*', '.txt'], maxFileCount: 2 } });

      test('is refused at the drop, with the reason @flow', async ({ open, file, gate, expectStored }) => {
        const [tooLarge, wrongType] = [await file('huge.jpg', 0), await file('program.exe', 10)];
        await truncate(tooLarge.path, 9 * MIB);
        const photo = await file('photo.jpg', 2_000);
        const page = await open(path);
        await page.drop(tooLarge);
        await page.expectMessage(/8 MB|8 MiB/);
        await page.drop(wrongType);
        await page.expectMessage(/image/);
        await page.expectNotInList(tooLarge);
        await page.expectNotInList(wrongType);

        await page.drop(photo);
        await page.startUpload();
        await page.expectDone();
        await expectStored([photo]);
        expect(gate.calls.filter((call) => call === 'uploads')).toHaveLength(1);
      });

      test('is refused when there are too many @local', async ({ open, file }) => {
        const files = await Promise.all([1, 2, 3].map((number) => file(`${number}.txt`, 10)));
        const page = await open(path);
        await page.drop(...files);
        await page.expectMessage(/2 files/);
      });
    });

    test.describe('what only the endpoint can know', () => {
      test.use({
        policy: {
          key: ({ name }) => {
            if (name.startsWith('virus')) throw new BucketDropError('file-refused', 'It looks infected.');
            return `kept/${name}`;
          },
        },
      });

      test('is refused by it, with its reason, and the others arrive @flow', async ({
        open,
        file,
        bucket,
      }) => {
        const [bad, good] = [await file('virus.txt', 500), await file('letter.txt', 500)];
        const page = await open(path);
        await page.choose(bad, good);
        await page.startUpload();
        await page.expectMessage('It looks infected.');
        await page.expectInList(bad);
        await expect
          .poll(async () => (await bucket.files()).map(({ key }) => key))
          .toEqual(['kept/letter.txt']);
      });
    });
  });
}
