// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BucketProxy } from '../../e2e/support/BucketProxy.ts';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { bytesOf, sendParts } from './testing/sendFile.ts';

const PART = 5 * 1024 * 1024;
const SIZE = 2 * PART + 1;
const file = { sizeBytes: SIZE, partSizeBytes: PART, firstParts: 3 };

vi.setConfig({ testTimeout: 30_000 });

let bucket: RunningBucket;
let line: BucketProxy;
let site: EndpointUnderTest;
let upload: any;
/** As the store lists them. */
let xml: string;
/** What it says of the second part. */
let second: string;
beforeAll(async () => {
  bucket = await startBucket({ buckets: ['uploads'] });
  line = new BucketProxy(bucket.url);
  await line.comeUp();
  const { region, accessKeyId, secretAccessKey } = bucket;
  const store = {
    bucket: 'uploads',
    region,
    endpoint: line.url,
    accessKeyId,
    secretAccessKey,
    profile: 'local',
  };
  site = new EndpointUnderTest({ store: store as any });
  upload = await site.announce(file);
  const parts = await sendParts(upload, bytesOf(SIZE), PART);
  const sizes = [PART, PART, 1];
  const rows = parts.map(
    ({ partNumber, etag }) =>
      `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etag}</ETag><Size>${sizes[partNumber - 1]}</Size></Part>`,
  );
  second = rows[1]?.replace(/<.?Part>/g, '') ?? '';
  xml = `<?xml version="1.0"?><ListPartsResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListPartsResult>`;
});
afterAll(async () => {
  await line.goDown();
  await bucket.stop();
});

/** What the endpoint makes of a list that says this. */
async function listed(text: string) {
  line.planFault = (operation) =>
    operation === 'list-parts' ? { kind: 'answer', status: 200, code: '', text } : undefined;
  const { status, body } = await site.post('uploaded-parts', { ticket: upload.ticket });
  return {
    status,
    parts: body.parts?.map((part: any) => [part.partNumber, part.sizeBytes]),
    error: body.error?.code,
  };
}

test('a list as it should be', async () => {
  expect(await listed(xml)).toMatchObject({
    status: 200,
    parts: [
      [1, PART],
      [2, PART],
      [3, 1],
    ],
  });
});

test.each([
  ['cut short in a part', () => xml.slice(0, xml.lastIndexOf('<Size>'))],
  ['cut short in a number', () => xml.slice(0, xml.lastIndexOf('</Size>'))],
  ['cut short between two parts', () => xml.slice(0, xml.lastIndexOf('<Part>'))],
  ['that is a page of the network', () => '<!doctype html><title>Welcome to the hotel</title>'],
  ['that is empty', () => ''],
])('a list %s is no list, and is asked for again', async (_, text) => {
  expect(await listed(text())).toEqual({ status: 503, error: 'store-unavailable' });
});

test.each([
  ['a number that is none', () => xml.replace('<PartNumber>2<', '<PartNumber>two<')],
  ['a number below nothing', () => xml.replace('<PartNumber>2<', '<PartNumber>-2<')],
  ['no number', () => xml.replace('<PartNumber>2</PartNumber>', '')],
  ['a size that is none', () => xml.replace(second, second.replace(/<Size>.*/, '<Size>much</Size>'))],
  ['a size below nothing', () => xml.replace(second, second.replace(/<Size>.*/, '<Size>-1</Size>'))],
  ['no size', () => xml.replace(second, second.replace(/<Size>.*/, ''))],
])('a part with %s counts as none, and the others as they are', async (_, text) => {
  expect(text()).not.toBe(xml);
  expect(await listed(text())).toMatchObject({
    status: 200,
    parts: [
      [1, PART],
      [3, 1],
    ],
  });
});
