import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterEach, describe, expect, it } from 'vitest';
import { type BucketOptions, type RunningBucket, startBucket } from './startBucket.ts';
import { codeOf, makeClient, presign } from './testing/makeClient.ts';

const cleanUp: Array<() => unknown> = [];

afterEach(async () => {
  for (const action of cleanUp.splice(0).reverse()) await action();
});

async function start(options: BucketOptions = {}): Promise<RunningBucket> {
  const bucket = await startBucket({ buckets: ['demo'], ...options });
  cleanUp.push(() => bucket.stop());
  return bucket;
}

function freshDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'bucketdrop-test-'));
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const putUrl = (bucket: RunningBucket, key: string) =>
  presign(makeClient(bucket), new PutObjectCommand({ Bucket: 'demo', Key: key }));
const getUrl = (bucket: RunningBucket, key: string) =>
  presign(makeClient(bucket), new GetObjectCommand({ Bucket: 'demo', Key: key }));
const blobsIn = (dir: string) => [
  ...readdirSync(join(dir, 'bucket-data/tmp')),
  ...readdirSync(join(dir, 'bucket-data/blobs')),
];

describe('startBucket', () => {
  it('says that a port is taken, and how to go on', async () => {
    const { port } = await start();
    const second = startBucket({ port });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await expect(second).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
  });

  it('frees port and folder when it stops, as often as it is told to', async () => {
    const bucket = await start();
    const before = await fetch(await putUrl(bucket, 'a'), { method: 'PUT', body: 'x' });
    await Promise.all([bucket.stop(), bucket.stop()]);
    await bucket.stop();
    expect(before.status).toBe(200);
    await expect(fetch(bucket.url)).rejects.toThrow();
    await start({ port: bucket.port });
  });

  it('keeps a folder that was given, over a restart', async () => {
    const dir = freshDir();
    const first = await start({ dir });
    await fetch(await putUrl(first, 'ü/a b'), { method: 'PUT', body: 'hello' });
    await first.stop();
    const second = await start({ dir });
    expect(await (await fetch(await getUrl(second, 'ü/a b'))).text()).toBe('hello');
  });

  it('refuses rules and bucket names that S3 refuses, and leaves nothing running', async () => {
    await expect(startBucket({ buckets: ['Not_A_Bucket'] })).rejects.toMatchObject({
      code: 'InvalidBucketName',
    });
    const cors = [{ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }];
    await expect(startBucket({ buckets: ['demo'], cors })).rejects.toMatchObject({ code: 'InvalidRequest' });
  });

  it('takes its clock from outside', async () => {
    let now = Date.now();
    const bucket = await start({ now: () => now });
    const url = await putUrl(bucket, 'a');
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
    now += 601_000;
    const late = await fetch(url, { method: 'PUT', body: 'x' });
    expect([late.status, codeOf(await late.text())]).toEqual([403, 'AccessDenied']);
  });

  it('demands a session token if it was given one', async () => {
    const bucket = await start({ sessionToken: 'token' });
    const { accessKeyId, secretAccessKey } = bucket;
    const command = new PutObjectCommand({ Bucket: 'demo', Key: 'a', Body: 'x' });
    await expect(makeClient(bucket).send(command)).rejects.toMatchObject({ name: 'InvalidToken' });
    const credentials = { accessKeyId, secretAccessKey, sessionToken: 'token' };
    expect((await makeClient(bucket, { credentials }).send(command)).ETag).toBeDefined();
  });

  it('never lets the secret out', async () => {
    const bucket = await start({ secretAccessKey: 'a-secret-nobody-may-see' });
    const url = (await putUrl(bucket, 'a')).replace(/Signature=./, 'Signature=z');
    const answer = await (await fetch(url, { method: 'PUT', body: 'x' })).text();
    expect(answer).toContain('SignatureDoesNotMatch');
    expect(answer + JSON.stringify(bucket.log)).not.toContain('a-secret-nobody-may-see');
  });

  it('logs and counts', async () => {
    const bucket = await start({ cors: [{ AllowedOrigins: ['*'], AllowedMethods: ['PUT'] }] });
    const url = await putUrl(bucket, 'a/b');
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'PUT' };
    await fetch(url, { method: 'OPTIONS', headers });
    await fetch(url, { method: 'PUT', body: 'hello' });
    expect(bucket.stats()).toMatchObject({
      requests: 1,
      preflights: 1,
      peakInFlight: 1,
      bytesIn: 5,
      operations: { Preflight: 1, PutObject: 1 },
      statuses: { 200: 2 },
    });
    expect(bucket.log.at(-1)).toMatchObject({
      method: 'PUT',
      bucket: 'demo',
      key: 'a/b',
      operation: 'PutObject',
      status: 200,
      bytesIn: 5,
    });
    bucket.resetStats();
    expect([bucket.log.length, bucket.stats().requests]).toEqual([0, 0]);
  });
});

describe('a body that breaks off', () => {
  it('leaves nothing', async () => {
    const dir = freshDir();
    const bucket = await start({ dir });
    const url = new URL(await putUrl(bucket, 'half'));
    const socket = connect(bucket.port, '127.0.0.1');
    socket.write(
      `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 1000000\r\n\r\n`,
    );
    socket.write(randomBytes(300_000));
    await expect.poll(() => bucket.log[0]?.bytesIn).toBe(300_000);
    socket.destroy();
    await expect.poll(() => bucket.stats().inFlight).toBe(0);
    expect(bucket.log[0]?.status).toBe(0);
    expect(bucket.log[0]?.failure).toBeUndefined();
    expect(blobsIn(dir)).toEqual([]);
    expect((await fetch(await getUrl(bucket, 'half'))).status).toBe(404);
  });

  it('leaves nothing in a form either', async () => {
    const dir = freshDir();
    const bucket = await start({ dir });
    const { url, fields } = await createPresignedPost(makeClient(bucket), { Bucket: 'demo', Key: 'half' });
    const form = Object.entries(fields)
      .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('');
    const head = `${form}--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n`;
    const socket = connect(bucket.port, '127.0.0.1');
    socket.write(
      `POST ${new URL(url).pathname} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n${head}`,
    );
    socket.write(randomBytes(300_000));
    await expect.poll(() => bucket.log[0]?.bytesIn).toBe(300_000 + head.length);
    socket.destroy();
    await expect.poll(() => bucket.stats().inFlight).toBe(0);
    expect(bucket.log[0]).toMatchObject({ status: 0, operation: 'PostObject' });
    expect(bucket.log[0]?.failure).toBeUndefined();
    expect(blobsIn(dir)).toEqual([]);
  });
});

describe('an answer before the body is through', () => {
  // Bigger than what the two sockets hold, so that the client can go on only if the bucket takes the rest.
  const big = randomBytes(30 * 1024 * 1024);

  it('is read by a client that is still sending, and the connection lives on', async () => {
    const bucket = await start();
    const url = (await putUrl(bucket, 'a')).replace(/Signature=./, 'Signature=z');
    const refused = await fetch(url, { method: 'PUT', body: big });
    expect([refused.status, codeOf(await refused.text())]).toEqual([403, 'SignatureDoesNotMatch']);
    expect((await fetch(await putUrl(bucket, 'a'), { method: 'PUT', body: 'x' })).status).toBe(200);
  });

  it.each([
    ['a refused policy', { Key: 'a' }, { key: 'b' }, 'AccessDenied'],
    [
      'a file that is too long',
      { Key: 'a', Conditions: [['content-length-range', 0, 1000] as const] },
      {},
      'EntityTooLarge',
    ],
  ])('is read with a form: %s', async (_name, options, change, code) => {
    const dir = freshDir();
    const bucket = await start({ dir });
    const post = await createPresignedPost(makeClient(bucket), {
      Bucket: 'demo',
      Key: options.Key,
      Conditions: 'Conditions' in options ? options.Conditions.map(([op, min, max]) => [op, min, max]) : [],
    });
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...post.fields, ...change })) form.set(name, value);
    form.set('file', new Blob([big]), 'x');
    const refused = await fetch(post.url, { method: 'POST', body: form });
    expect(codeOf(await refused.text())).toBe(code);
    expect(blobsIn(dir)).toEqual([]);
  });

  it('comes while the sender pauses, and the rest is taken all the same', async () => {
    const bucket = await start();
    const host = `127.0.0.1:${bucket.port}`;
    const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nbegun';
    const socket = connect(bucket.port, '127.0.0.1');
    const heard: string[] = [];
    socket.on('data', (data) => heard.push(data.toString()));
    socket.write(
      `POST /demo HTTP/1.1\r\nHost: ${host}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${head.length + big.length}\r\n\r\n${head}`,
    );
    await expect.poll(() => heard.join('')).toContain('403 Forbidden');
    await new Promise((sent) => socket.write(big, sent));
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await expect.poll(() => heard.join('').match(/403 Forbidden/g)?.length).toBe(2);
    socket.destroy();
  });

  it('spares the body of a client that asked first', async () => {
    const bucket = await start();
    const url = (await putUrl(bucket, 'a')).replace(/Signature=./, 'Signature=z');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(url, {
        method: 'PUT',
        headers: { expect: '100-continue', 'content-length': 5 },
      });
      sending.on('continue', () => reject(new Error('was told to go on')));
      sending.on('response', (response) => resolve(response.resume().statusCode));
      sending.on('error', reject);
      sending.flushHeaders();
    });
    expect(status).toBe(403);
  });
});

describe('throttle', () => {
  it('holds all connections together to a rate, until it is taken away', async () => {
    const bucket = await start({ throttle: { bytesPerSecond: 1_000_000, per: 'bucket' } });
    const body = randomBytes(200_000);
    const urls = await Promise.all(['a', 'b'].map((key) => putUrl(bucket, key)));
    const started = performance.now();
    const answers = await Promise.all(urls.map((url) => fetch(url, { method: 'PUT', body })));
    const took = performance.now() - started;
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(took).toBeGreaterThan(350);

    bucket.throttle.set({ bytesPerSecond: 1000, per: 'connection' });
    const slow = fetch(await putUrl(bucket, 'c'), { method: 'PUT', body });
    await expect.poll(() => bucket.log.at(-1)?.bytesIn).toBeGreaterThan(0);
    bucket.throttle.set(undefined);
    expect((await slow).status).toBe(200);
    expect(() => bucket.throttle.set({ bytesPerSecond: 0, per: 'bucket' })).toThrow(RangeError);
  });
});

describe('a large object', () => {
  it('goes through in both directions without staying in memory', async () => {
    const bucket = await start();
    const size = 256 * 1024 * 1024;
    const block = randomBytes(1024 * 1024);
    const sent = createHash('sha256');
    const url = await putUrl(bucket, 'big');
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(url, { method: 'PUT', headers: { 'content-length': size } }, (response) =>
        resolve(response.resume().statusCode),
      );
      sending.on('error', reject);
      void (async () => {
        for (let left = size; left > 0; left -= block.length) {
          sent.update(block);
          if (!sending.write(block)) await new Promise((drained) => sending.once('drain', drained));
          peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        }
        sending.end();
      })();
    });
    expect(status).toBe(200);
    const received = createHash('sha256');
    const answer = await fetch(await getUrl(bucket, 'big'));
    for await (const chunk of answer.body ?? []) received.update(chunk);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
    expect(peak).toBeLessThan(96 * 1024 * 1024);
    const head = await makeClient(bucket).send(new HeadObjectCommand({ Bucket: 'demo', Key: 'big' }));
    expect(head.ContentLength).toBe(size);
  }, 30_000);

  it('is gone from disk with the bucket', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('bucketdrop-'));
    const bucket = await start();
    const [own] = readdirSync(tmpdir()).filter(
      (name) => name.startsWith('bucketdrop-') && !before.includes(name),
    );
    await fetch(await putUrl(bucket, 'a'), { method: 'PUT', body: 'x' });
    await bucket.stop();
    expect(own).toBeDefined();
    expect(existsSync(join(tmpdir(), own as string))).toBe(false);
  });
});
