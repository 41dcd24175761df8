// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { bundleServer, ROOT } from './adapters/testing/bundleServer.ts';
import { HOST_SECRET } from './adapters/testing/Host.ts';
import { startProcess } from './adapters/testing/startProcess.ts';
import { bytesOf, md5Of, sendParts, sendSingle } from './testing/sendFile.ts';

type Copy = Awaited<ReturnType<typeof startProcess>>;
const PART = 5 * 1024 * 1024;

let bucket: RunningBucket;
const copies: Copy[] = [];
let file: string;

const start = async (secret: string): Promise<Copy> => {
  const copy = await startProcess(
    { program: process.execPath, args: () => [file], cwd: ROOT },
    {
      AWS_ENDPOINT_URL_S3: bucket.url,
      AWS_ACCESS_KEY_ID: bucket.accessKeyId,
      AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey,
      AWS_REGION: bucket.region,
      BUCKETDROP_BUCKET: 'photos',
      BUCKETDROP_STORE: 'local',
      BUCKETDROP_SECRET: secret,
    },
  );
  copies.push(copy);
  return copy;
};

beforeAll(async () => {
  bucket = await startBucket({ buckets: ['photos'] });
  file = await bundleServer('node', 'node');
}, 60_000);
afterAll(async () => {
  for (const copy of copies) await copy.stop();
  await bucket?.stop();
});

const post = (copy: Copy, path: string, body: unknown) =>
  fetch(`${copy.url}/api/uploads/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: 'user=ann' },
    body: JSON.stringify(body),
  });
const ask = async (copy: Copy, path: string, body: unknown): Promise<any> => {
  const response = await post(copy, path, body);
  const answer: any = await response.json();
  expect([response.status, answer.error]).toEqual([200, undefined]);
  return answer;
};
const photo = { id: '1', name: 'a.jpg', type: 'image/jpeg' };

describe('copies of the endpoint, each a process of its own', () => {
  test('with one secret serve one upload, every call by another', async () => {
    const [a, b] = [await start(HOST_SECRET), await start(HOST_SECRET)];
    const large = bytesOf(2 * PART + 77, 3);
    const small = bytesOf(1000, 4);

    const announced = {
      files: [
        { ...photo, sizeBytes: large.length, partSizeBytes: PART },
        { ...photo, id: '2', sizeBytes: small.length },
      ],
    };
    const [inParts, single] = (await ask(a, 'uploads', announced)).uploads;
    const sign = (copy: Copy, numbers: number[]) =>
      ask(copy, 'parts', {
        uploads: [{ ticket: inParts.ticket, parts: numbers.map((partNumber) => ({ partNumber })) }],
      });
    const first = await sendParts((await sign(b, [1, 2])).uploads[0].signed, large, PART);
    const rest = await sendParts((await sign(a, [3])).uploads[0].signed, large, PART);
    const listed = await ask(b, 'uploaded-parts', { ticket: inParts.ticket });
    expect(listed.parts.map((part: any) => part.partNumber)).toEqual([1, 2, 3]);
    const [signed] = (await ask(b, 'parts', { uploads: [{ ticket: single.ticket, parts: [] }] })).uploads;
    expect((await sendSingle(signed.signed, small)).ok).toBe(true);

    const finished = {
      uploads: [{ ticket: inParts.ticket, parts: [...first, ...rest] }, { ticket: single.ticket }],
    };
    const done = await ask(a, 'complete', finished);
    expect(done.uploads.map((upload: any) => upload.object?.sizeBytes)).toEqual([large.length, small.length]);
    const again = await ask(b, 'complete', finished);
    // Each knows the site by the address it was asked at, and seals a receipt of its own.
    const facts = (answer: any) =>
      answer.uploads.map(({ object: { receipt: _, data, ...rest } }: any) => ({
        ...rest,
        owner: data.owner,
      }));
    expect(facts(again)).toEqual(facts(done));
    await ask(b, 'abort', { uploads: [{ ticket: inParts.ticket }] });

    const { region, url, accessKeyId, secretAccessKey } = bucket;
    const s3 = new S3Client({
      region,
      endpoint: url,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'photos', Key: inParts.key }));
    expect(md5Of((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(md5Of(large));
    s3.destroy();
  }, 90_000);

  test('with another secret do not take each other’s tickets', async () => {
    const [a] = copies as [Copy];
    const other = await start('another secret - of another site - just as long');
    const [upload] = (await ask(a, 'uploads', { files: [{ ...photo, sizeBytes: 5 }] })).uploads;
    const refused = await post(other, 'parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
    expect([refused.status, ((await refused.json()) as any).error.code]).toEqual([403, 'ticket-invalid']);
  }, 90_000);

  test('are healthy without a user, and answer what is under way before they stop', async () => {
    const copy = await start(HOST_SECRET);
    expect(await (await fetch(`${copy.url}/healthz`)).text()).toBe('ok');
    bucket.faults.add({ operation: 'CreateMultipartUpload', fault: 'delay', delayMs: 1500, times: 1 });
    const underWay = ask(copy, 'uploads', { files: [{ ...photo, sizeBytes: PART, partSizeBytes: PART }] });
    await expect
      .poll(() => bucket.log.filter((entry) => entry.operation === 'CreateMultipartUpload').length)
      .toBe(2);
    process.kill(copy.pid, 'SIGTERM');
    expect((await underWay).uploads[0].ok).toBe(true);
    await expect
      .poll(() => fetch(`${copy.url}/healthz`).catch(() => 'gone'), { timeout: 20_000 })
      .toBe('gone');
  }, 90_000);
});
