import { expect, test } from './fixtures.ts';

test('500 files in one drop all arrive', async ({ open, file, expectStored, gate }) => {
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
