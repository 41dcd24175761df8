import { expect, test } from './fixtures.ts';

const GIB = 1024 ** 3;
const HEAP_MAY_GROW_BYTES = 50_000_000;

test('1 GiB goes through the page in parallel parts, and hardly through its memory @ceph', async ({
  open,
  file,
  page,
  line,
  expectStored,
}) => {
  test.setTimeout(300_000);
  const huge = await file('huge.bin', GIB);
  const uploadPage = await open('');
  await uploadPage.expectReady();
  const inspector = await page.context().newCDPSession(page);
  const heapBytes = async () => (await inspector.send('Runtime.getHeapUsage')).usedSize;
  await inspector.send('HeapProfiler.collectGarbage');
  const before = await heapBytes();

  await uploadPage.choose(huge);
  await uploadPage.startUpload();
  let most = before;
  const watch = setInterval(() => heapBytes().then((bytes) => (most = Math.max(most, bytes))), 250);
  await uploadPage.expectDone(240_000);
  clearInterval(watch);

  expect(most - before).toBeLessThan(HEAP_MAY_GROW_BYTES);
  expect(line.traffic.mostPartsAtOnce).toBeGreaterThan(1);
  await expectStored([huge]);
});
