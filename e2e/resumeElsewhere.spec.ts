import { expect, test } from './fixtures.ts';
import type { UploadPage } from './models/UploadPage.ts';
import type { BucketProxy } from './support/BucketProxy.ts';
import type { EndpointGate } from './support/EndpointGate.ts';
import { endpointFor } from './support/endpointFor.ts';
import type { TestFile } from './support/makeFile.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;
const PARTS = 3;
const SECRET = 's'.repeat(40);
const policy = { singleRequestMaxBytes: PART, partSizeBytes: PART };
const EIGHT_DAYS_MS = 8 * 24 * 3600 * 1000;

test.use({ policy });

/** A first life of the page: every part arrives, but the upload is not completed. Then the page is gone. */
async function interrupt(page: UploadPage, file: TestFile, gate: EndpointGate, line: BucketProxy) {
  gate.planFault = (call) => (call === 'complete' ? { kind: 'answer', status: 500 } : undefined);
  await page.choose(file);
  await page.startUpload();
  await expect.poll(() => line.traffic.storedParts, { timeout: 30_000 }).toBe(PARTS);
  await page.reload();
  gate.planFault = () => undefined;
  gate.calls.length = 0;
  gate.receivedBytes = 0;
}

test('an upload goes on with the part size that it was begun with', async ({
  open,
  demo,
  gate,
  file,
  line,
  expectStored,
}) => {
  gate.instead = endpointFor(demo, { secret: SECRET, uploads: policy });
  const video = await file('video.mp4', PARTS * PART - 7);
  const page = await open('');
  await interrupt(page, video, gate, line);
  gate.instead = endpointFor(demo, { secret: SECRET, uploads: { ...policy, partSizeBytes: 8 * MIB } });
  await page.upload(video);
  await expectStored([video]);
  expect(line.traffic.storedParts).toBe(PARTS);
  expect(gate.calls).not.toContain('uploads');
});

test('an upload that was aborted in the bucket begins anew', async ({
  open,
  gate,
  file,
  line,
  bucket,
  expectStored,
}) => {
  const video = await file('video.mp4', PARTS * PART - 7);
  const page = await open('');
  await interrupt(page, video, gate, line);
  await bucket.abortUnfinished();
  await page.upload(video);
  await expectStored([video]);
  expect(line.traffic.storedParts).toBe(2 * PARTS);
  await expect(page.interrupted).toHaveCount(0);
});

test('an upload whose ticket has expired begins anew @local', async ({
  open,
  demo,
  gate,
  file,
  line,
  bucket,
}) => {
  const now = endpointFor(demo, { secret: SECRET, uploads: policy });
  const later = endpointFor(demo, {
    secret: SECRET,
    uploads: policy,
    now: () => Date.now() + EIGHT_DAYS_MS,
  });
  gate.instead = now;
  const video = await file('video.mp4', PARTS * PART - 7);
  const page = await open('');
  await interrupt(page, video, gate, line);
  // for the old ticket it is eight days later; the bucket's clock goes as before
  gate.instead = (request, response) =>
    (request.url?.endsWith('uploaded-parts') ? later : now)(request, response);
  await page.upload(video);
  expect(gate.calls).toContain('uploaded-parts');
  expect(line.traffic.storedParts).toBe(2 * PARTS);
  const [stored, ...others] = await bucket.files();
  expect(others).toEqual([]);
  expect(await bucket.sha256Of(stored?.key ?? '')).toBe(video.sha256);
  await expect(page.interrupted).toHaveCount(0);
});

for (const [title, then] of [
  ['somebody else’s upload', { secret: SECRET, userId: 'bert' }],
  ['an upload of an endpoint with another secret', { secret: 'o'.repeat(40), userId: 'anna' }],
] as const)
  test(`${title} is left alone, and the file gets one of its own @local`, async ({
    open,
    demo,
    gate,
    file,
    line,
    bucket,
  }) => {
    gate.instead = endpointFor(demo, { secret: SECRET, userId: 'anna', uploads: policy });
    const video = await file('video.mp4', PARTS * PART - 7);
    const page = await open('');
    await interrupt(page, video, gate, line);
    gate.instead = endpointFor(demo, { ...then, uploads: policy });
    await page.upload(video);
    expect(gate.calls).toContain('uploaded-parts');
    expect(line.traffic.storedParts).toBe(2 * PARTS);
    const [stored, ...others] = await bucket.files();
    expect(others).toEqual([]);
    expect(await bucket.sha256Of(stored?.key ?? '')).toBe(video.sha256);
    expect(await bucket.unfinishedUploads()).toBe(1);
    // whose it is may still come back to it
    await expect(page.interrupted).toContainText('video.mp4');
  });

test('an upload that was completed when the page died is reported, not sent twice', async ({
  open,
  demo,
  gate,
  file,
  line,
  expectStored,
}) => {
  const told: string[] = [];
  const video = await file('video.mp4', PARTS * PART - 7);
  const onUploaded = ({ key }: { key: string }) => void told.push(key);
  gate.instead = endpointFor(demo, { secret: SECRET, uploads: policy, onUploaded });
  const page = await open('');
  gate.planFault = (call) => (call === 'complete' ? { kind: 'lost-answer' } : undefined);
  await page.choose(video);
  await page.startUpload();
  await expect.poll(() => told.length).toBeGreaterThan(0);
  await page.reload();
  gate.planFault = () => undefined;
  gate.receivedBytes = 0;
  gate.calls.length = 0;
  await page.upload(video);
  await expectStored([video]);
  expect(line.traffic.storedParts).toBe(PARTS);
  expect(gate.calls).not.toContain('uploads');
  expect(new Set(told).size).toBe(1);
  await expect(page.interrupted).toHaveCount(0);
});
