// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { connect } from 'node:net';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RunningBucket, startBucket } from '../../bucket/startBucket.ts';
import {
  CompleteAnswer,
  ConfigAnswer,
  ErrorAnswer,
  PartsAnswer,
  UploadsAnswer,
} from '../../protocol/messages.ts';
import { bytesOf, md5Of, sendParts, sendSingle } from '../testing/sendFile.ts';
import { HOST_SECRET, type Host } from './testing/Host.ts';
import { HOSTS } from './testing/hosts.ts';
import { type Heard, sendWithoutEnd } from './testing/sendSlowly.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 240_000 });

const MIB = 1024 * 1024;
const PART = 5 * MIB;
const APP = 'https://app.example';
const NAMES = Object.keys(HOSTS);
const OURS = ['Node http', 'Express', 'Fastify'];

let bucket: RunningBucket;
let s3: S3Client;
const started = new Map<string, PromiseSettledResult<Host>>();
/** Begun for all at once, because the endpoint's patience takes half a minute. */
const slow = new Map<string, Promise<Heard>>();

beforeAll(async () => {
  bucket = await startBucket({ buckets: ['photos'] });
  const { accessKeyId, secretAccessKey, region, url } = bucket;
  s3 = new S3Client({
    endpoint: url,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const env = {
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
    BUCKETDROP_BUCKET: 'photos',
    BUCKETDROP_SECRET: HOST_SECRET,
    BUCKETDROP_STORE: 'local',
    BUCKETDROP_FORCE_PATH_STYLE: 'true',
  };
  await Promise.all(
    Object.entries(HOSTS).map(async ([name, start]) => {
      const [outcome] = await Promise.allSettled([start(env)]);
      started.set(name, outcome);
      if (outcome.status === 'fulfilled') {
        slow.set(name, sendWithoutEnd(`${outcome.value.url}/api/uploads/uploads`, Buffer.from(' '), 250));
      }
    }),
  );
});
afterAll(async () => {
  await Promise.all(
    [...started.values()].map((outcome) => outcome.status === 'fulfilled' && outcome.value.stop()),
  );
  s3?.destroy();
  await bucket?.stop();
});

const json = { 'content-type': 'application/json', cookie: 'theme=dark; user=ann' };
const jpeg = { id: 'one', name: 'a b.jpg', type: 'image/jpeg' };

describe.each(NAMES)('%s', (name) => {
  const host = (): Host => {
    const outcome = started.get(name);
    if (outcome?.status === 'fulfilled') return outcome.value;
    throw outcome?.reason ?? new Error(`${name} was not started`);
  };
  const ask = (path: string, init: RequestInit = {}) => fetch(`${host().url}/api/uploads/${path}`, init);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      headers: { ...json, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const codeOf = async (response: Response) => {
    const { error } = v.parse(ErrorAnswer, await response.json());
    return [response.status, error.code];
  };
  const announce = async (file: Record<string, unknown>) => {
    const response = await post('uploads?a=%2F', { files: [{ ...jpeg, ...file }] });
    const [upload] = v.parse(UploadsAnswer, await response.json()).uploads;
    if (upload?.ok !== true) throw new Error(JSON.stringify(upload));
    return upload;
  };
  const complete = async (upload: Record<string, unknown>) => {
    const response = await post('complete', { uploads: [upload] });
    const [done] = v.parse(CompleteAnswer, await response.json()).uploads;
    if (done?.ok !== true) throw new Error(JSON.stringify(done));
    return done.object;
  };
  const stored = async (key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'photos', Key: key }));
    return md5Of((await Body?.transformToByteArray()) ?? new Uint8Array());
  };

  test('says what the browser has to know first', async () => {
    const response = await ask('config', { headers: { cookie: 'user=ann' } });
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('cache-control'),
    ]).toEqual([200, 'application/json', 'no-store']);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(v.parse(ConfigAnswer, await response.json()).restrictions.allowedTypes).toEqual([
      'image/*',
      '.pdf',
    ]);
  });

  test('brings a file of one request into the bucket, for whom the cookie names', async () => {
    const file = bytesOf(20_000, 7);
    const upload = await announce({ sizeBytes: file.length });
    expect((await sendSingle(upload, file)).ok).toBe(true);
    const object = await complete({ ticket: upload.ticket });
    expect(object).toMatchObject({ key: upload.key, sizeBytes: file.length, type: 'image/jpeg' });
    expect((object.data as any).owner).toBe('ann');
    expect(['http', 'https']).toContain(new URL((object.data as any).site).protocol.slice(0, -1));
    expect(await stored(upload.key)).toBe(md5Of(file));
  });

  test('brings a file in parts into the bucket', async () => {
    const file = bytesOf(PART + 1000, 8);
    const upload: any = await announce({ sizeBytes: file.length, partSizeBytes: PART, firstParts: 1 });
    const [first] = await sendParts(upload, file, PART);
    const answer = await post('parts', { uploads: [{ ticket: upload.ticket, parts: [{ partNumber: 2 }] }] });
    const [more] = v.parse(PartsAnswer, await answer.json()).uploads;
    const [second] = more?.ok ? await sendParts(more.signed, file, PART) : [];
    const object = await complete({ ticket: upload.ticket, parts: [first, second] });
    expect(object.sizeBytes).toBe(file.length);
    expect(await stored(upload.key)).toBe(md5Of(file));
  });

  test('answers errors as the protocol says', async () => {
    expect(await codeOf(await ask('nothing'))).toEqual([404, 'not-found']);
    expect(await codeOf(await ask('constructor'))).toEqual([404, 'not-found']);
    expect(await codeOf(await ask('config'))).toEqual([401, 'unauthorized']);
    const wrongMethod = await ask('uploads', { headers: json });
    expect(wrongMethod.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await codeOf(wrongMethod)).toEqual([405, 'method-not-allowed']);
    expect(await codeOf(await post('uploads', '{"files":['))).toEqual([400, 'bad-request']);
    expect(await codeOf(await post('uploads', 'files', { 'content-type': 'text/plain' }))).toEqual([
      415,
      'unsupported-media-type',
    ]);
    const form = new FormData();
    form.append('files', new Blob(['x']), 'x');
    expect(await codeOf(await ask('uploads', { method: 'POST', body: form }))).toEqual([
      415,
      'unsupported-media-type',
    ]);
    expect(await codeOf(await ask('uploads', { method: 'POST', headers: json }))).toEqual([
      400,
      'bad-request',
    ]);
  });

  test('a store that cannot be reached is no fault of its own', async () => {
    const upload = await announce({ sizeBytes: 5 });
    bucket.faults.add({ operation: 'HeadObject', fault: 'lost-answer', key: upload.key });
    try {
      expect(await codeOf(await post('complete', { uploads: [{ ticket: upload.ticket }] }))).toEqual([
        503,
        'store-unavailable',
      ]);
    } finally {
      bucket.faults.clear();
    }
  });

  test('lets pages of the named origin in, and no others', async () => {
    const preflight = (origin: string) =>
      ask('uploads', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-csrf-token',
        },
      });
    const allowed = await preflight(APP);
    expect([allowed.status, await allowed.text()]).toEqual([204, '']);
    expect(
      ['origin', 'credentials', 'methods', 'headers', 'max-age'].map((one) =>
        allowed.headers.get(`access-control-${one === 'max-age' ? '' : 'allow-'}${one}`),
      ),
    ).toEqual([APP, 'true', 'POST', 'content-type, authorization, x-csrf-token', '7200']);
    const refused = await preflight('https://evil.example');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const answer = await post('uploads', { files: [{ ...jpeg, sizeBytes: 5 }] }, { origin: APP });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, APP]);
    expect(answer.headers.get('vary')).toMatch(/(^|, )Origin(,|$)/);
    const failed = await post('nothing', {}, { origin: APP });
    expect([failed.status, failed.headers.get('access-control-allow-origin')]).toEqual([404, APP]);
  });

  test('refuses 10 MB, and the caller hears it', async () => {
    const body = `{"files":"${'x'.repeat(10_000_000)}"}`;
    for (let times = 0; times < 3; times += 1) {
      expect(await codeOf(await post('uploads', body))).toEqual([413, 'body-too-large']);
    }
  });

  test('takes in little of a body that has no end', async () => {
    const heard = await sendWithoutEnd(`${host().url}/api/uploads/uploads`, Buffer.alloc(64 * 1024, ' '), 0);
    expect(heard.cutOff).toBe(true);
    // Our own adapters see to it that the caller hears why; other servers may reset the connection.
    if (OURS.includes(name))
      expect([heard.status, heard.body]).toEqual([413, expect.stringContaining('"body-too-large"')]);
    else expect([0, 413]).toContain(heard.status);
    expect(heard.sentBeforeAnswerBytes).toBeLessThan(16 * MIB);
    expect(heard.sentBytes).toBeLessThan(48 * MIB);
  });

  test('goes on when callers hang up', async () => {
    const { port } = new URL(host().url);
    const head = 'POST /api/uploads/uploads HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
    for (let times = 0; times < 20; times += 1) {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
      socket.write(`${head}cookie: user=ann\r\ncontent-length: 1000\r\n\r\n{"fi`);
      await new Promise((resolve) => setTimeout(resolve, times % 5));
      socket.destroy();
    }
    expect((await post('uploads', { files: [{ ...jpeg, sizeBytes: 5 }] })).status).toBe(200);
  });
});

describe('a body that trickles in', () => {
  // A function gets whole bodies: waiting is the gateway's part.
  test.each(NAMES.filter((name) => name !== 'AWS Lambda'))('is given up by %s', async (name) => {
    const heard = await slow.get(name);
    expect([heard?.cutOff, (heard?.sentBytes ?? 0) < 200]).toEqual([true, true]);
    // Bun itself has even less patience.
    if (name === 'Bun') return;
    expect(heard?.status).toBe(400);
    expect(heard?.body).toContain('took more than 30 s');
  });

  test.each(NAMES)('%s printed only the one error that is for its operator, and no secret', (name) => {
    const outcome = started.get(name);
    const printed = outcome?.status === 'fulfilled' ? outcome.value.printed() : '';
    // The function's log is this process's.
    if (name !== 'AWS Lambda') expect(printed.match(/\[bucketdrop\]/g)).toHaveLength(1);
    expect(printed).not.toMatch(/unhandled|uncaught|warning/i);
    for (const secret of [HOST_SECRET, bucket.secretAccessKey, 'eyJ', 'X-Amz-Signature']) {
      expect(printed).not.toContain(secret);
    }
  });
});
