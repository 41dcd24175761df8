// biome-ignore-all lint/suspicious/noExplicitAny: hostile input has no type
import { SignJWT } from 'jose';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { BucketDropError } from '../protocol/BucketDropError.ts';
import { ConfigAnswer, ErrorAnswer, PartsAnswer, UploadsAnswer } from '../protocol/messages.ts';
import {
  EndpointUnderTest,
  FILE,
  holdsSignature,
  NO_STORE,
  TEST_SECRET,
} from './testing/EndpointUnderTest.ts';

const json = { 'content-type': 'application/json' };
const files = (file: Record<string, unknown>) => ({ files: [{ ...FILE, ...file }] });
/** Who asks is in a header, as it would be in a cookie. */
const authorize = (request: Request) => {
  const id = request.headers.get('x-user');
  if (id === 'banned') throw new BucketDropError('forbidden', 'you were banned');
  return id === null ? null : { id };
};

describe('a hostile request', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const huge = `{"files":"${'x'.repeat(10_000_000)}"}`;
  const streamOf = (text: string) => new Blob([text]).stream();
  const rows: [title: string, path: string, init: RequestInit, status: number, code: string][] = [
    ['the empty route', '', { method: 'POST', headers: json, body: '{}' }, 404, 'not-found'],
    ['an unknown route', 'nothing', { method: 'POST', headers: json, body: '{}' }, 404, 'not-found'],
    ['constructor', 'constructor', { method: 'POST', headers: json, body: '{}' }, 404, 'not-found'],
    ['__proto__', '__proto__', { method: 'POST', headers: json, body: '{}' }, 404, 'not-found'],
    ['toString', 'toString', { method: 'GET' }, 404, 'not-found'],
    ['hasOwnProperty', 'hasOwnProperty', { method: 'GET' }, 404, 'not-found'],
    ['an encoded route', '%75ploads', { method: 'POST', headers: json, body: '{}' }, 404, 'not-found'],
    [
      'a route with a slash after it',
      'uploads/',
      { method: 'POST', headers: json, body: '{}' },
      404,
      'not-found',
    ],
    ['GET uploads', 'uploads', { method: 'GET' }, 405, 'method-not-allowed'],
    ['HEAD config', 'config', { method: 'HEAD' }, 405, 'method-not-allowed'],
    ['PUT uploads', 'uploads', { method: 'PUT', headers: json, body: '{}' }, 405, 'method-not-allowed'],
    ['DELETE abort', 'abort', { method: 'DELETE' }, 405, 'method-not-allowed'],
    ['POST config', 'config', { method: 'POST', headers: json, body: '{}' }, 405, 'method-not-allowed'],
    ['no content-type', 'uploads', { method: 'POST', body: streamOf('{}') }, 415, 'unsupported-media-type'],
    [
      'text/plain',
      'uploads',
      { method: 'POST', body: JSON.stringify(files({})) },
      415,
      'unsupported-media-type',
    ],
    ['a form', 'uploads', { method: 'POST', body: new FormData() }, 415, 'unsupported-media-type'],
    [
      'application/jsonp',
      'uploads',
      { method: 'POST', headers: { 'content-type': 'application/jsonp' }, body: '{}' },
      415,
      'unsupported-media-type',
    ],
    [
      'gzip',
      'uploads',
      { method: 'POST', headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' },
      415,
      'unsupported-media-type',
    ],
    ['no body', 'uploads', { method: 'POST', headers: json }, 400, 'bad-request'],
    ['broken JSON', 'uploads', { method: 'POST', headers: json, body: '{"files":[' }, 400, 'bad-request'],
    [
      'invalid UTF-8',
      'uploads',
      { method: 'POST', headers: json, body: new Uint8Array([0x22, 0xff, 0x22]) },
      400,
      'bad-request',
    ],
    ['deep JSON', 'uploads', { method: 'POST', headers: json, body: deep }, 400, 'bad-request'],
    [
      '10 MB, announced',
      'uploads',
      { method: 'POST', headers: { ...json, 'content-length': '10000000' }, body: streamOf(huge) },
      413,
      'body-too-large',
    ],
    [
      '10 MB, streamed',
      'uploads',
      { method: 'POST', headers: json, body: streamOf(huge) },
      413,
      'body-too-large',
    ],
    [
      '10 MB with a lie about it',
      'uploads',
      { method: 'POST', headers: { ...json, 'content-length': '2' }, body: streamOf(huge) },
      413,
      'body-too-large',
    ],
    [
      'a __proto__ key',
      'uploads',
      { method: 'POST', headers: json, body: '{"files":[],"__proto__":{"files":[]}}' },
      400,
      'bad-request',
    ],
    [
      'a constructor key in metadata',
      'uploads',
      { method: 'POST', headers: json, body: JSON.stringify(files({ metadata: { constructor: 'x' } })) },
      400,
      'bad-request',
    ],
  ];
  test.each(rows)('%s', async (_title, path, init, status, code) => {
    const site = new EndpointUnderTest();
    const answer = await site.send(path, init);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(v.is(ErrorAnswer, answer.body)).toBe(true);
    expect(holdsSignature(answer.text)).toBe(false);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['no files', { files: [] }],
    ['101 files', { files: Array.from({ length: 101 }, (_, id) => ({ ...FILE, id: String(id) })) }],
    ['two files of one id', { files: [FILE, FILE] }],
    ['an array', []],
    ['null', null],
    ['a number', 7],
    ['an extra field', { ...files({}), admin: true }],
    ['an extra field in a file', files({ key: '../../etc/passwd' })],
    ['a size in words', files({ sizeBytes: '5' })],
    ['a negative size', files({ sizeBytes: -1 })],
    ['half a byte', files({ sizeBytes: 0.5 })],
    ['a size beyond S3', files({ sizeBytes: 1e15 })],
    ['a name that is none', files({ name: { toString: 'x' } })],
    ['a name of 5,000 characters', files({ name: 'x'.repeat(5000) })],
    ['metadata that is no text', files({ metadata: { a: 1 } })],
    ['parts of nothing', files({ partSizeBytes: 0 })],
    ['parts too small for S3', files({ sizeBytes: 6_000_000, partSizeBytes: 1_000_000 })],
    ['more parts than S3 takes', files({ sizeBytes: 60_000_000_000, partSizeBytes: 5_242_880 })],
    ['an empty file in parts', files({ sizeBytes: 0, partSizeBytes: 5_242_880 })],
    ['a large file in one request', files({ sizeBytes: 17 * 1024 * 1024 })],
  ])('uploads: %s is a bad request', async (_title, body) => {
    const answer = await new EndpointUnderTest().post('uploads', body);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'bad-request']);
    expect(holdsSignature(answer.text)).toBe(false);
  });

  test('says what it takes instead', async () => {
    const site = new EndpointUnderTest();
    expect((await site.send('uploads')).headers.get('allow')).toBe('POST');
    expect((await site.send('config', { method: 'DELETE' })).headers.get('allow')).toBe('GET');
  });

  test('a body that never ends arriving is given up', async () => {
    const { readJson } = await import('./readJson.ts');
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{')),
    });
    const request = new Request('https://site.example/', {
      method: 'POST',
      headers: json,
      body,
      duplex: 'half',
    } as any);
    await expect(readJson(request, 20)).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('a file', () => {
  const policy = {
    maxFileSizeBytes: 100,
    minFileSizeBytes: 2,
    allowedTypes: ['image/*', '.pdf'],
    maxFileCount: 2,
  };
  test.each([
    [{ sizeBytes: 101 }, 'file-too-large'],
    [{ sizeBytes: 1 }, 'file-too-small'],
    [{ type: 'text/html' }, 'type-not-allowed'],
    [{ type: '' }, 'type-not-allowed'],
    [{ type: 'image/png\r\nx-amz-acl: public-read' }, 'type-not-allowed'],
    [{ name: '' }, 'name-not-allowed'],
    [{ name: '  \t' }, 'name-not-allowed'],
    [{ name: 'a\0b.jpg' }, 'name-not-allowed'],
    [{ name: 'a\r\nb.jpg' }, 'name-not-allowed'],
    [{ name: 'a\ud800.jpg' }, 'name-not-allowed'],
    [{ name: '..' }, 'name-not-allowed'],
    [{ name: 'x/../..' }, 'name-not-allowed'],
    [{ name: 'folder/' }, 'name-not-allowed'],
    [{ metadata: { 'a b': 'x' } }, 'metadata-not-allowed'],
    [{ metadata: { a: 'x'.repeat(2048) } }, 'metadata-not-allowed'],
    [{ metadata: { a: 'x', A: 'y' } }, 'metadata-not-allowed'],
  ])('%j is refused as %s, and the others are not', async (file, code) => {
    const site = new EndpointUnderTest({ uploads: policy });
    const { status, body } = await site.post('uploads', {
      files: [
        { ...FILE, ...file },
        { ...FILE, id: 'two' },
      ],
    });
    expect(status).toBe(200);
    expect(v.is(UploadsAnswer, body)).toBe(true);
    const [refused, taken] = body.uploads;
    expect(refused).toMatchObject({
      ok: false,
      id: 'one',
      error: { code, message: expect.stringMatching(/\w{3}/) },
    });
    expect(holdsSignature(JSON.stringify(refused))).toBe(false);
    expect(taken).toMatchObject({ ok: true, id: 'two', method: 'post' });
  });

  test('beyond the count is refused', async () => {
    const site = new EndpointUnderTest({ uploads: policy });
    const { body } = await site.post('uploads', { files: ['1', '2', '3'].map((id) => ({ ...FILE, id })) });
    expect(body.uploads.map((upload: any) => upload.error?.code)).toEqual([
      undefined,
      undefined,
      'file-refused',
    ]);
  });

  test('of an allowed extension may have any type', async () => {
    const site = new EndpointUnderTest({ uploads: policy });
    expect(await site.announce({ name: 'Paper.PDF', type: '' })).toMatchObject({ ok: true });
  });

  test('is signed for exactly its key, size, type and metadata', async () => {
    const upload = await new EndpointUnderTest({ now: () => Date.UTC(2026, 0, 2) }).announce({
      metadata: { Album: 'é' },
    });
    expect(JSON.parse(atob(upload.fields.policy))).toEqual({
      expiration: '2026-01-02T00:15:00.000Z',
      conditions: [
        { bucket: 'bucket' },
        ['content-length-range', 5, 5],
        { key: upload.key },
        { 'Content-Type': 'image/jpeg' },
        { success_action_status: '201' },
        { 'x-amz-meta-album': '%C3%A9' },
        { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
        { 'x-amz-credential': 'AKIDTEST/20260102/eu-central-1/s3/aws4_request' },
        { 'x-amz-date': '20260102T000000Z' },
      ],
    });
    expect(upload.key).toMatch(/^[0-9a-f-]{36}\/photo\.jpg$/);
    expect(upload.expiresInSeconds).toBe(900);
  });

  test('gets a PUT from a store without forms, with nothing a script may not send', async () => {
    const upload = await new EndpointUnderTest({ store: { ...NO_STORE, profile: 'r2' } }).announce({
      metadata: { a: 'b' },
    });
    expect(upload.headers).toEqual({ 'content-type': 'image/jpeg', 'x-amz-meta-a': 'b' });
    const { searchParams } = new URL(upload.url);
    expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;x-amz-meta-a');
    expect(searchParams.get('X-Amz-Expires')).toBe('900');
  });

  test('gets the key that the site chooses, and metadata that the site decides', async () => {
    const site = new EndpointUnderTest({
      authorize,
      uploads: {
        key: (file: any, user: any) => `${user.id}/${file.name}`,
        metadata: (_file: any, user: any) => ({ owner: user.id }),
      },
    });
    const upload = await site.announce(
      { name: 'a/b.jpg', metadata: { owner: 'someone else' } },
      { 'x-user': 'ann' },
    );
    expect(upload).toMatchObject({ key: 'ann/b.jpg', fields: { 'x-amz-meta-owner': 'ann' } });
  });

  test.each(['', '/a', 'a/../b', './a', 'a/.', 'a\n', '\ud800', 'x'.repeat(1025)])(
    'never gets the key %j',
    async (key) => {
      const upload = await new EndpointUnderTest({ uploads: { key: () => key } }).announce();
      expect(upload).toMatchObject({ ok: false, error: { code: 'name-not-allowed' } });
    },
  );
});

describe('who asks', () => {
  const site = () => new EndpointUnderTest({ authorize });
  const calls = ['uploads', 'parts', 'uploaded-parts', 'complete', 'abort', 'sign'];
  const bodyOf = (call: string, ticket: string) =>
    call === 'uploads'
      ? files({})
      : call === 'sign'
        ? { ticket, operation: 'complete' }
        : call === 'uploaded-parts'
          ? { ticket }
          : { uploads: [call === 'parts' ? { ticket, parts: [] } : { ticket }] };
  const outcome = ({ status, body, text }: any) => [status, body.error?.code, holdsSignature(text)];

  test.each(['config', ...calls])('%s: nobody known gets 401, a banned one 403', async (call) => {
    const ask = (headers: Record<string, string>) =>
      call === 'config' ? site().send(call, { headers }) : site().post(call, bodyOf(call, 'x'), headers);
    expect(outcome(await ask({}))).toEqual([401, 'unauthorized', false]);
    expect(outcome(await ask({ 'x-user': 'banned' }))).toEqual([403, 'forbidden', false]);
  });

  const withTicket = calls.filter((call) => call !== 'uploads');
  test.each(withTicket)('%s: a ticket that is not good is refused', async (call) => {
    const { ticket } = await site().announce({}, { 'x-user': 'ann' });
    const [head = '', claims = '', signature = ''] = ticket.split('.');
    const decoded = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const key = new TextEncoder().encode(TEST_SECRET);
    const sealed = (secret: Uint8Array) =>
      new SignJWT(decoded).setProtectedHeader({ alg: 'HS256', typ: 'bd-ticket' }).sign(secret);
    const ticketOf = async (options: Record<string, unknown>) =>
      (await new EndpointUnderTest({ authorize, ...options }).announce({}, { 'x-user': 'ann' })).ticket;
    const tokens: Record<string, string> = {
      nonsense: 'x',
      'no claims': `${head}..${signature}`,
      'another size': `${head}.${encode({ ...decoded, s: 1e9 })}.${signature}`,
      'alg none': `${encode({ alg: 'none', typ: 'bd-ticket' })}.${claims}.`,
      'the secret itself as key': await sealed(key),
      'another secret': await ticketOf({ secret: 'another secret, and long enough too' }),
      'another bucket': await ticketOf({ store: { ...NO_STORE, bucket: 'other-bucket' } }),
    };
    for (const [title, token] of Object.entries(tokens)) {
      const answer = await site().post(call, bodyOf(call, token), { 'x-user': 'ann' });
      expect([title, ...outcome(answer)]).toEqual([title, 403, 'ticket-invalid', false]);
    }
    const expired = await ticketOf({ now: () => Date.now() - 24 * 3600_000 - 1000 });
    const late = await site().post(call, bodyOf(call, expired), { 'x-user': 'ann' });
    expect(outcome(late)).toEqual([403, 'ticket-expired', false]);
    const other = await site().post(call, bodyOf(call, ticket), { 'x-user': 'bob' });
    expect(outcome(other)).toEqual([403, 'ticket-invalid', false]);
    const open = await new EndpointUnderTest().post(call, bodyOf(call, ticket));
    expect(outcome(open)).toEqual([403, 'ticket-invalid', false]);
  });

  test('a ticket is good in another copy with the same secret', async () => {
    const { ticket } = await site().announce({}, { 'x-user': 'ann' });
    const { status, body } = await site().post('parts', bodyOf('parts', ticket), { 'x-user': 'ann' });
    expect(status).toBe(200);
    expect(v.is(PartsAnswer, body)).toBe(true);
    expect(body.uploads[0]).toMatchObject({ ok: true, signed: { method: 'post' } });
  });

  test('one bad ticket leaves the others of the call alone', async () => {
    const { ticket } = await site().announce({}, { 'x-user': 'ann' });
    const uploads = [ticket, 'forged', ticket].map((one) => ({ ticket: one, parts: [] }));
    const { status, body } = await site().post('parts', { uploads }, { 'x-user': 'ann' });
    expect(status).toBe(200);
    expect(body.uploads.map((upload: any) => upload.error?.code)).toEqual([
      undefined,
      'ticket-invalid',
      undefined,
    ]);
  });

  test.each([
    ['too many parts', [{ partNumber: 1 }]],
    ['part 0', [{ partNumber: 0 }]],
    ['part 10001', [{ partNumber: 10_001 }]],
  ])('parts: %s of a single request', async (_title, parts) => {
    const { ticket } = await site().announce({}, { 'x-user': 'ann' });
    const answer = await site().post('parts', { uploads: [{ ticket, parts }] }, { 'x-user': 'ann' });
    expect(outcome(answer)).toEqual([400, 'bad-request', false]);
  });

  test.each([{ id: '' }, { id: 7 }, {}, 'ann', true])(
    'authorize gives %j: that is our bug, not theirs',
    async (user) => {
      const broken = new EndpointUnderTest({ authorize: () => user as any });
      expect(outcome(await broken.post('uploads', files({})))).toEqual([500, 'internal', false]);
      expect(broken.log).toMatchObject([
        { level: 'error', code: 'internal', detail: expect.stringMatching('authorize') },
      ]);
    },
  );

  test('a bug in a hook is told to the log and to nobody else', async () => {
    const boom = new EndpointUnderTest({
      authorize: () => {
        throw new TypeError(`no database at ${TEST_SECRET}`);
      },
    });
    const answer = await boom.post('uploads', files({}));
    expect(answer.body).toEqual({ error: { code: 'internal', message: expect.any(String) } });
    expect(answer.text).not.toMatch(/database/);
    expect(boom.log[0]?.detail).toMatch('no database at [secret]');
  });
});

test('config says what the policy is', async () => {
  const site = new EndpointUnderTest({
    uploads: {
      maxFileSizeBytes: 100,
      allowedTypes: ['image/*', '.pdf'],
      maxFileCount: 3,
      partSizeBytes: 6_000_000,
    },
  });
  const { status, body } = await site.send('config');
  expect(status).toBe(200);
  expect(v.is(ConfigAnswer, body)).toBe(true);
  expect(body).toEqual({
    protocol: 1,
    restrictions: {
      minFileSizeBytes: null,
      maxFileSizeBytes: 100,
      maxFileCount: 3,
      allowedTypes: ['image/*', '.pdf'],
    },
    singleRequest: { method: 'post', maxSizeBytes: 16_777_216 },
    multipart: {
      minPartSizeBytes: 5_242_880,
      maxPartSizeBytes: 5_368_709_120,
      maxPartCount: 10_000,
      preferredPartSizeBytes: 6_000_000,
    },
    checksums: { singleRequest: 'md5', parts: 'crc32', partsTold: true },
    links: { download: false, preview: false, delete: false },
  });
});

test('it mounts under any path', async () => {
  const { endpoint } = new EndpointUnderTest();
  for (const path of ['/config', '/a/b/config', '/config?x=/y']) {
    expect((await endpoint.handle(new Request(`https://site.example${path}`))).status).toBe(200);
  }
});

describe('another origin', () => {
  const app = 'https://app.example';
  const cors = { origins: [app], allowHeaders: ['x-csrf'], credentials: true };
  const ask = (options: any, origin: string, init: RequestInit = {}) =>
    new EndpointUnderTest(options).send('config', { ...init, headers: { origin, ...init.headers } });
  const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'GET' } };

  test('is told nothing without `cors`', async () => {
    const answer = await ask({}, app);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect((await ask({}, app, preflight)).status).toBe(405);
  });

  test('may read answers and errors if it is named', async () => {
    const { headers } = await ask({ cors }, app);
    expect(headers.get('access-control-allow-origin')).toBe(app);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('vary')).toBe('Origin');
    const failed = await new EndpointUnderTest({ cors }).send('nothing', { headers: { origin: app } });
    expect([failed.status, failed.headers.get('access-control-allow-origin')]).toEqual([404, app]);
  });

  test('gets its preflight answered', async () => {
    const { status, headers } = await ask({ cors }, app, preflight);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-methods')).toBe('GET');
    expect(headers.get('access-control-allow-headers')).toBe('content-type, authorization, x-csrf');
    expect(headers.get('access-control-allow-origin')).toBe(app);
  });

  test('that is not named gets no permission', async () => {
    for (const origin of ['https://evil.example', 'https://app.example.evil.example', 'null']) {
      const plain = await ask({ cors }, origin);
      expect([plain.headers.get('access-control-allow-origin'), plain.headers.get('vary')]).toEqual([
        null,
        'Origin',
      ]);
      const asked = await ask({ cors }, origin, preflight);
      expect([asked.status, asked.body.error.code, asked.headers.get('access-control-allow-origin')]).toEqual(
        [403, 'forbidden', null],
      );
    }
  });

  test("is any with '*'", async () => {
    expect((await ask({ cors: { origins: '*' } }, app)).headers.get('access-control-allow-origin')).toBe('*');
  });
});

test('no secret is in anything that was said or logged', async () => {
  const { secretAccessKey, sessionToken } = { ...NO_STORE, sessionToken: 'the-session-token' } as any;
  const site = new EndpointUnderTest({ store: { ...NO_STORE, sessionToken }, authorize });
  const upload = await site.announce({}, { 'x-user': 'ann' });
  await site.announce({ sizeBytes: 6e6, partSizeBytes: 6e6 }, { 'x-user': 'ann' });
  await site.post('complete', { uploads: [{ ticket: upload.ticket }] }, { 'x-user': 'ann' });
  await site.post('uploads', '{', { 'x-user': 'ann' });
  expect(site.log.map((entry) => entry.code)).toEqual([
    'store-unavailable',
    'store-unavailable',
    'bad-request',
  ]);
  const everything = site.said.join() + JSON.stringify(site.log);
  expect(everything).not.toContain(secretAccessKey);
  expect(everything).not.toContain(TEST_SECRET);
  // A session token belongs into what is signed, and nowhere else.
  expect(JSON.stringify(site.log)).not.toContain(sessionToken);
  expect(upload.fields['x-amz-security-token']).toBe(sessionToken);
});

test('a store that cannot be reached is a 503', async () => {
  const site = new EndpointUnderTest();
  const answer = await site.post('uploads', files({ sizeBytes: 6e6, partSizeBytes: 6e6 }));
  expect([answer.status, answer.body.error.code]).toEqual([503, 'store-unavailable']);
  expect(answer.body.error.hint).toBeDefined();
});
