import { expect, test } from './fixtures.ts';

// a picture of every step of 500 files would take longer than the upload
test.use({ trace: { mode: 'retain-on-failure', snapshots: false, screenshots: false } });

test('500 files in one drop all arrive @local', async ({ open, file, expectStored, gate }) => {
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
