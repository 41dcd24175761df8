import type { Page } from '@playwright/test';
import { recommendedCorsRule } from '../src/doctor/corsRules.ts';
import { expect, test } from './fixtures.ts';
import { startEndpoint } from './support/startEndpoint.ts';

const MIB = 1024 * 1024;

// what the endpoint asks for in single requests needs no store: so only the browser notices what is wrong with it
test.use({ policy: { singleRequestMaxBytes: 5 * MIB, partSizeBytes: 5 * MIB } });

/** How often the page asked whether the store is there at all: at the beginning of each diagnosis, and where it found something at the end. */
function countDiagnoses(page: Page, storeUrl: string): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (request.url() === `${storeUrl}/`) count++;
  });
  return () => count;
}

test('a bucket without CORS rules is found, once for all files that fail together', async ({
  open,
  page,
  file,
  bucket,
  line,
}) => {
  const files = await Promise.all(Array.from({ length: 12 }, (_, n) => file(`${n}.txt`, 2_000)));
  const uploadPage = await open('');
  const diagnoses = countDiagnoses(page, line.url);
  await uploadPage.choose(...files);
  await bucket.clearCors();
  await uploadPage.startUpload();
  const host = new URL(line.url).host;
  await uploadPage.expectMessage(`No CORS rule of ${host} is for pages of`, 60_000);
  await uploadPage.expectMessage(/12 files/, 60_000);
  expect(diagnoses()).toBe(2);
  expect(await bucket.unfinishedUploads()).toBe(0);
});

test('rules for another origin are found, also in German', async ({ open, page, file, bucket, line }) => {
  const letter = await file('letter.txt', 2_000);
  const uploadPage = await open('', { locale: 'de_DE' });
  await expect(page.getByRole('button', { name: 'Dateien durchsuchen' })).toBeVisible();
  await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(letter.path);
  await bucket.setCors([recommendedCorsRule(['https://other.example'])]);
  await page
    .getByRole('button', { name: /hochladen/i })
    .first()
    .click();
  const host = new URL(line.url).host;
  await uploadPage.expectMessage(`Keine CORS-Regel von ${host} gilt für Seiten von`, 60_000);
});

test('a method that is not allowed is found', async ({ open, file, bucket, demo }) => {
  const video = await file('video.mp4', 11 * MIB);
  const uploadPage = await open('');
  await uploadPage.choose(video);
  await bucket.setCors([{ ...recommendedCorsRule(demo.origins), AllowedMethods: ['GET', 'POST'] }]);
  await uploadPage.startUpload();
  await uploadPage.expectMessage('do not allow PUT from', 60_000);
});

test.describe('a file that is to replace nothing', () => {
  // it goes by PUT, with its checksum and a condition in the headers
  test.use({ policy: { noOverwrite: true } });

  test('a header that is not allowed is found', async ({ open, file, bucket, demo }) => {
    const letter = await file('letter.txt', 2_000);
    const uploadPage = await open('');
    await uploadPage.choose(letter);
    const headers = { AllowedHeaders: ['content-type', 'if-none-match', 'x-amz-meta-*'] };
    await bucket.setCors([{ ...recommendedCorsRule(demo.origins), ...headers }]);
    await uploadPage.startUpload();
    await uploadPage.expectMessage('do not allow content-md5 with PUT', 60_000);
  });
});

test('a store that is down is found, and hardly asked', async ({ open, page, file, line }) => {
  const letter = await file('letter.txt', 2_000);
  const uploadPage = await open('');
  const diagnoses = countDiagnoses(page, line.url);
  await uploadPage.choose(letter);
  await line.goDown();
  await uploadPage.startUpload();
  await uploadPage.expectMessage(`${new URL(line.url).host} does not answer.`, 60_000);
  // once ahead, once for the message
  expect(diagnoses()).toBeLessThanOrEqual(2);
  await line.comeUp();
});

test('an endpoint on another origin without CORS is found, and one that is not there', async ({
  open,
  page,
  demo,
}) => {
  await open('static.html');
  const endpoint = await startEndpoint({ store: demo.store });
  const use = (url: string) =>
    page.locator('bucket-drop').evaluate((element, to) => element.setAttribute('endpoint', to), url);
  const messages = page.getByRole('alert').filter({ visible: true });
  await use(endpoint.url);
  const host = new URL(endpoint.url).host;
  await expect(messages.filter({ hasText: `${host} does not let pages of` }).first()).toBeVisible();
  await endpoint.stop();
  await use(`${endpoint.url}/gone`);
  await expect(messages.filter({ hasText: `${host} does not answer.` }).first()).toBeVisible({
    timeout: 30_000,
  });
});
