import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBucket, startBucket } from './startBucket.ts';
import { codeOf, makeClient, presign } from './testing/makeClient.ts';

const origin = 'https://app.example';
const body = randomBytes(1_000_000);
let bucket: RunningBucket;

beforeAll(async () => {
  bucket = await startBucket({
    buckets: ['demo'],
    cors: [
      {
        AllowedOrigins: [origin],
        AllowedMethods: ['PUT', 'POST', 'GET'],
        AllowedHeaders: ['*'],
        ExposeHeaders: ['ETag'],
      },
    ],
  });
});

afterAll(() => bucket.stop());

afterEach(() => bucket.faults.clear());

const client = () => makeClient(bucket);

async function put(key: string, init: RequestInit = {}): Promise<Response> {
  const url = await presign(client(), new PutObjectCommand({ Bucket: 'demo', Key: key }));
  return fetch(url, { method: 'PUT', body, headers: { origin }, ...init });
}

async function isStored(key: string): Promise<boolean> {
  const answer = await fetch(await presign(client(), new GetObjectCommand({ Bucket: 'demo', Key: key })));
  await answer.arrayBuffer();
  return answer.ok;
}

describe('faults', () => {
  it.each([
    ['status-500', 500, 'InternalError'],
    ['slow-down', 503, 'SlowDown'],
    ['expired-url', 403, 'AccessDenied'],
  ] as const)('%s: the error, readable for the page, then all is well', async (fault, status, code) => {
    bucket.faults.add({ fault, operation: 'PutObject', times: 1 });
    const struck = await put(fault);
    expect([struck.status, codeOf(await struck.text())]).toEqual([status, code]);
    expect(struck.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await isStored(fault)).toBe(false);
    expect((await put(fault)).status).toBe(200);
    expect(bucket.faults.fired(fault)).toBe(1);
  });

  it('status-500 after some bytes of the body', async () => {
    bucket.faults.add({ fault: 'status-500', afterBytes: 400_000, times: 1 });
    expect((await put('after')).status).toBe(500);
    expect(bucket.log.at(-1)?.bytesIn).toBeGreaterThanOrEqual(400_000);
    expect(await isStored('after')).toBe(false);
  });

  it('reset-mid-body: the connection breaks and nothing is stored', async () => {
    bucket.faults.add({ fault: 'reset-mid-body', key: 'reset', times: 1 });
    await expect(put('reset')).rejects.toThrow();
    await expect.poll(() => bucket.log.at(-1)?.durationMs).toBeDefined();
    expect(bucket.log.at(-1)).toMatchObject({ status: 0, faults: ['reset-mid-body'] });
    expect(bucket.log.at(-1)?.bytesIn).toBeGreaterThanOrEqual(500_000);
    expect(await isStored('reset')).toBe(false);
  });

  it('reset-mid-body: in the middle of a download', async () => {
    await put('download');
    bucket.faults.add({ fault: 'reset-mid-body', operation: 'GetObject', afterBytes: 300_000, times: 1 });
    const answer = await fetch(
      await presign(client(), new GetObjectCommand({ Bucket: 'demo', Key: 'download' })),
    );
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it('stall: nothing more is heard until the client gives up', async () => {
    bucket.faults.add({ fault: 'stall', times: 1 });
    const struck = put('stall', { signal: AbortSignal.timeout(300) });
    await expect(struck).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await isStored('stall')).toBe(false);
  });

  it('stall: goes on after its time', async () => {
    bucket.faults.add({ fault: 'stall', afterBytes: 10, delayMs: 200, times: 1 });
    const started = performance.now();
    expect((await put('stall-on')).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(190);
    const answer = await fetch(
      await presign(client(), new GetObjectCommand({ Bucket: 'demo', Key: 'stall-on' })),
    );
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  it('lost-answer: stored, and nobody is told', async () => {
    bucket.faults.add({ fault: 'lost-answer', times: 1 });
    await expect(put('lost')).rejects.toThrow();
    expect(await isStored('lost')).toBe(true);
  });

  it('error-in-200: Complete says 200 and means an error; the upload is still there', async () => {
    const s3 = client();
    const target = { Bucket: 'demo', Key: 'complete' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
    const part = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'x' }));
    bucket.faults.add({ fault: 'error-in-200', operation: 'CompleteMultipartUpload', times: 1 });
    const command = new CompleteMultipartUploadCommand({
      ...target,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
    });
    const answer = await fetch(await presign(s3, command), {
      method: 'POST',
      body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.ETag}</ETag></Part></CompleteMultipartUpload>`,
    });
    expect([answer.status, codeOf(await answer.text())]).toEqual([200, 'InternalError']);
    expect((await s3.send(new ListPartsCommand({ ...target, UploadId }))).Parts).toHaveLength(1);
    expect((await s3.send(command)).ETag).toMatch(/-1"$/);
  });

  it('breaks a fresh connection of a browser, for on a used one the page would not notice', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = async (url: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { 'user-agent': 'Mozilla/5.0', 'content-length': 1 };
        const sending = request(url, { method: 'PUT', agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode));
        });
        sending.on('error', reject).end('x');
      });
    const url = await presign(client(), new PutObjectCommand({ Bucket: 'demo', Key: 'browser' }));
    expect(await send(url)).toBe(200);
    const id = bucket.faults.add({ fault: 'lost-answer', times: 1 });
    await expect(send(url)).rejects.toThrow();
    expect(bucket.faults.fired(id)).toBe(0);
    await expect(send(url)).rejects.toThrow();
    expect(bucket.faults.fired(id)).toBe(1);
    expect(await send(url)).toBe(200);
    agent.destroy();
  });

  it('hits one part number only', async () => {
    const s3 = client();
    const target = { Bucket: 'demo', Key: 'parts' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
    bucket.faults.add({ fault: 'slow-down', operation: 'UploadPart', partNumber: 2 });
    const send = (PartNumber: number) =>
      s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body: 'x' }));
    expect((await send(1)).ETag).toBeDefined();
    await expect(send(2)).rejects.toMatchObject({ name: 'SlowDown' });
    expect((await send(3)).ETag).toBeDefined();
  });

  it('hide-etag: the page may not read it', async () => {
    expect((await put('hide')).headers.get('access-control-expose-headers')).toBe('ETag');
    bucket.faults.add({ fault: 'hide-etag', times: 1 });
    const struck = await put('hide');
    expect(struck.headers.get('access-control-allow-origin')).toBe(origin);
    expect(struck.headers.get('access-control-expose-headers')).toBeNull();
  });

  it('no-cors: neither answer nor preflight lets the page in', async () => {
    bucket.faults.add({ fault: 'no-cors', operation: 'PutObject' });
    const url = await presign(client(), new PutObjectCommand({ Bucket: 'demo', Key: 'cors' }));
    const headers = { origin, 'access-control-request-method': 'PUT' };
    expect((await fetch(url, { method: 'OPTIONS', headers })).status).toBe(403);
    const struck = await put('cors');
    expect([struck.status, struck.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    bucket.faults.clear();
    expect((await fetch(url, { method: 'OPTIONS', headers })).status).toBe(200);
  });

  it('delay: takes its time', async () => {
    bucket.faults.add({ fault: 'delay', delayMs: 200, times: 1 });
    const started = performance.now();
    expect((await put('delay')).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(190);
  });

  it('strikes forms as well', async () => {
    const { url, fields } = await createPresignedPost(client(), { Bucket: 'demo', Key: 'form/x' });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([body]), 'x');
    const send = () => fetch(url, { method: 'POST', body: form });
    bucket.faults.add({ fault: 'reset-mid-body', operation: 'PostObject', times: 1 });
    bucket.faults.add({ fault: 'lost-answer', operation: 'PostObject', times: 1 });
    await expect(send()).rejects.toThrow();
    expect(await isStored('form/x')).toBe(false);
    await expect(send()).rejects.toThrow();
    expect(await isStored('form/x')).toBe(true);
    expect((await send()).status).toBe(204);
  });
});
