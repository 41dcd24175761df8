import type { Page } from '@playwright/test';
import type { BucketDropElement } from '../src/element/BucketDropElement.ts';
import { expect, FACES, test } from './fixtures.ts';
import { sendParts } from './support/sendParts.ts';
import { stopPage } from './support/stopPage.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;
const LANES = 6;

test.use({ policy: { singleRequestMaxBytes: PART, partSizeBytes: PART } });

/** Counts the requests that carry a part of a file, also those that reach nobody. */
function countParts(page: Page): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (request.method() === 'PUT') count++;
  });
  return () => count;
}

const waiting = (page: Page, text: RegExp) => page.getByRole('status').filter({ hasText: text });

/** Options that a page sets by script. */
const setOptions = (page: Page, options: { stallTimeoutMs?: number }) =>
  page.evaluate((given) => {
    const element = document.querySelector('bucket-drop') as BucketDropElement;
    element.uppy?.getPlugin('DirectUpload')?.setOptions(given);
  }, options);

for (const { face, path } of FACES)
  test.describe(`On the ${face}`, () => {
    test('without a connection the widget waits, says so, and goes on by itself @local', async ({
      begin,
      line,
      page,
      gate,
      expectStored,
    }) => {
      const { uploadPage, video } = await begin(path, 2);
      await page.context().setOffline(true);
      const said = waiting(page, /You are offline. The upload goes on by itself/);
      await expect(said).toBeVisible();
      const requests = countParts(page);
      await page.waitForTimeout(4_000);
      // those that were under way, and one that tries
      expect(requests()).toBeLessThanOrEqual(LANES + 1);
      await uploadPage.expectNoMessage();
      line.bytesPerSecond = Number.POSITIVE_INFINITY;
      // what was signed in vain is no part of a file
      gate.receivedBytes = 0;
      await page.context().setOffline(false);
      await uploadPage.expectDone();
      await expect(said).toHaveCount(0);
      await expectStored([video]);
    });
  });

test('a bucket that is dead for a while is asked by one request at a time, and all files go on by themselves @local', async ({
  open,
  file,
  line,
  page,
  gate,
  expectStored,
}) => {
  const names = ['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4'];
  const files = await Promise.all(names.map((name) => file(name, 4 * PART)));
  const uploadPage = await open('');
  await uploadPage.choose(...files);
  await sendParts(uploadPage, line, 3);
  const requests = countParts(page);
  await line.goDown();
  await expect(waiting(page, /storage does not answer at the moment/)).toBeVisible({ timeout: 30_000 });
  await page.waitForTimeout(6_000);
  // The six under way, as many that were next, and tries 0.5, 1, 2, 4, … seconds apart, or half of that.
  expect(requests()).toBeLessThanOrEqual(2 * LANES + 6);
  await uploadPage.expectNoMessage();
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  // what was signed in vain is no part of a file
  gate.receivedBytes = 0;
  await line.comeUp();
  await uploadPage.expectDone();
  await expect(waiting(page, /does not answer/)).toHaveCount(0);
  await expectStored(files);
});

test('an endpoint that is down for a while is waited for, once it has worked @local', async ({
  begin,
  line,
  page,
  gate,
  expectStored,
}) => {
  const { uploadPage, video } = await begin('', 2);
  gate.beUnreachable();
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  const said = waiting(page, /server does not answer at the moment/);
  await expect(said).toBeVisible({ timeout: 30_000 });
  const calls = gate.calls.length;
  await page.waitForTimeout(5_000);
  expect(gate.calls.length - calls).toBeLessThanOrEqual(8);
  gate.receivedBytes = 0;
  gate.open();
  await uploadPage.expectDone();
  await expect(said).toHaveCount(0);
  await expectStored([video]);
});

test('a page whose process stands still for longer than the stall time-out goes on at once @local', async ({
  open,
  file,
  line,
  page,
  expectStored,
}) => {
  const video = await file('video.mp4', 12 * PART);
  const uploadPage = await open('static.html');
  await uploadPage.choose(video);
  await setOptions(page, { stallTimeoutMs: 5_000 });
  await sendParts(uploadPage, line, 2);
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await stopPage(page, 9_000);
  await uploadPage.expectDone();
  await expectStored([video]);
  // what arrived meanwhile is not taken for a stall
  expect(line.traffic.bodyBytes).toBe(video.sizeBytes);
});

test('a page that the browser freezes goes on when it is thawed @local', async ({
  begin,
  line,
  page,
  expectStored,
}) => {
  const { uploadPage, video } = await begin('', 2);
  const browser = await page.context().newCDPSession(page);
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await browser.send('Page.setWebLifecycleState', { state: 'active' });
  await uploadPage.expectDone();
  await expectStored([video]);
});

for (const [direction, days] of [
  ['forward', 1],
  ['back', -1],
] as const)
  test(`a clock that is set ${direction} by a day during an upload breaks nothing @local`, async ({
    begin,
    line,
    page,
    expectStored,
  }) => {
    const { uploadPage, video } = await begin('', 2);
    await page.evaluate((byMs) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + byMs;
    }, days * 86_400_000);
    line.bytesPerSecond = Number.POSITIVE_INFINITY;
    await uploadPage.expectDone();
    await expectStored([video]);
    expect(line.traffic.storedParts).toBe(12);
  });

test('the screen is kept on while files are sent, where that is wished @local', async ({
  open,
  file,
  line,
  page,
  expectStored,
}) => {
  await page.addInitScript(() => {
    const locks: WakeLockSentinel[] = [];
    const request = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = async (type) => {
      const lock = await request(type);
      locks.push(lock);
      return lock;
    };
    Object.assign(window, { heldLocks: () => locks.filter((lock) => !lock.released).length });
  });
  const held = () => page.evaluate(() => (window as unknown as { heldLocks: () => number }).heldLocks());
  const video = await file('video.mp4', 12 * PART);
  const uploadPage = await open('static.html');
  await page.evaluate(() => document.querySelector('bucket-drop')?.setAttribute('keep-awake', ''));
  await uploadPage.choose(video);
  expect(await held()).toBe(0);
  await sendParts(uploadPage, line, 1);
  expect(await held()).toBe(1);
  await uploadPage.pause();
  await expect.poll(held).toBe(0);
  await uploadPage.resume();
  await expect.poll(held).toBe(1);
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await uploadPage.expectDone();
  await expect.poll(held).toBe(0);
  await expectStored([video]);
});
