// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBucket, startBucket } from '../../bucket/startBucket.ts';
import { STORE_PROFILES } from '../storeProfiles.ts';
import { type Answer, EndpointUnderTest, NO_STORE } from '../testing/EndpointUnderTest.ts';
import { bytesOf } from '../testing/sendFile.ts';
import type { StoreOptions } from '../UploadEndpointOptions.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;

let bucket: RunningBucket;
let store: StoreOptions;
let s3: S3Client;

beforeAll(async () => {
  bucket = await startBucket({ buckets: ['uploads'] });
  const { url: endpoint, region, accessKeyId, secretAccessKey } = bucket;
  store = { bucket: 'uploads', region, endpoint, accessKeyId, secretAccessKey, profile: 'local' };
  const credentials = { accessKeyId, secretAccessKey };
  s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials });
});
afterAll(async () => {
  s3.destroy();
  await bucket.stop();
});

const user = (request: Request) => {
  const id = request.headers.get('x-user');
  return id === null ? null : { id };
};
/** Both dialects are on; `x-user` says who asks. */
const site = (options: Record<string, unknown> = {}) =>
  new EndpointUnderTest({ store, authorize: user, dialects: ['companion', 'sign-request'], ...options });
const ADA = { 'x-user': 'ada' };
const BOB = { 'x-user': 'bob' };

const begin = async (endpoint: EndpointUnderTest, filename = 'video.mp4', type = 'video/mp4') =>
  (await endpoint.post('s3/multipart', { filename, type, metadata: {} }, ADA)).body;
const at = ({ uploadId, key }: any, rest = '', query = '') =>
  `s3/multipart/${uploadId}${rest}?key=${encodeURIComponent(key)}${query}`;
const put = async (url: string, body: Uint8Array<ArrayBuffer>) => {
  const response = await fetch(url, { method: 'PUT', body });
  expect(response.status).toBe(200);
  return response.headers.get('etag') ?? '';
};
const sendPart = async (endpoint: EndpointUnderTest, upload: any, partNumber: number, sizeBytes: number) => {
  const { body } = await endpoint.send(at(upload, `/${partNumber}`), { headers: ADA });
  return { PartNumber: partNumber, ETag: await put(body.url, bytesOf(sizeBytes)) };
};
const unfinished = async (key: string) => {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'uploads' }));
  return Uploads.filter((upload) => upload.Key === key).length;
};
const codeOf = ({ status, body }: Answer) => `${status} ${body?.error?.code}`;
const sendForm = async ({ url, fields }: any, sizeBytes: number) => {
  const form = new FormData();
  for (const [name, value] of Object.entries<string>(fields)) form.append(name, value);
  form.append('file', new Blob([bytesOf(sizeBytes)]));
  return (await fetch(url, { method: 'POST', body: form })).status;
};

describe('a dialect that nobody asked for', () => {
  const closed = new EndpointUnderTest({ store: NO_STORE, dialects: [] });

  test.each([
    ['GET', 's3/params?filename=a.png&type=image%2Fpng'],
    ['GET', 's3/multipart/x/1?key=k'],
    ['GET', 's3/multipart/x/batch?key=k&partNumbers=1'],
    ['POST', 's3/multipart'],
    ['GET', 's3/multipart/x?key=k'],
    ['DELETE', 's3/multipart/x?key=k'],
  ])('is not there: %s %s', async (method, path) => {
    expect(codeOf(await closed.send(path, { method }))).toBe('404 not-found');
  });

  test('takes no request of Uppy’s, and no completion of Companion’s', async () => {
    expect(codeOf(await closed.post('sign', { method: 'PUT', key: 'a.png' }))).toBe('400 bad-request');
    const parts = { parts: [{ PartNumber: 1, ETag: 'e' }] };
    expect(codeOf(await closed.post('s3/multipart/x/complete?key=k', parts))).toBe('400 bad-request');
  });

  test('has to be spelt right', () => {
    expect(() => site({ dialects: ['tus'] })).toThrow('dialects');
  });
});

describe('routes of Companion', () => {
  const endpoint = () => site({ store: NO_STORE });

  test.each([
    ['GET', 's3/sts', '404 not-found'],
    ['GET', 's3/constructor', '404 not-found'],
    ['GET', 's3/multipart/__proto__/constructor?key=k', '400 bad-request'],
    ['PUT', 's3/multipart/x?key=k', '405 method-not-allowed'],
    ['GET', 's3/multipart/x/0?key=k', '400 bad-request'],
    ['GET', 's3/multipart/x/10001?key=k', '400 bad-request'],
    ['GET', 's3/multipart/x/1.5?key=k', '400 bad-request'],
    ['GET', 's3/multipart/x/1', '400 bad-request'],
    ['GET', 's3/multipart/x/batch?key=k', '400 bad-request'],
    ['GET', 's3/multipart/x/batch?key=k&partNumbers=1,b', '400 bad-request'],
    ['GET', 's3/params?type=image%2Fpng', '400 bad-request'],
    ['GET', 's3/params?filename=..&type=image%2Fpng', '400 name-not-allowed'],
    ['GET', 's3/multipart/x/1?key=k', '403 ticket-invalid'],
    ['DELETE', 's3/multipart/x?key=k', '403 ticket-invalid'],
  ])('%s %s: %s', async (method, path, expected) => {
    expect(codeOf(await endpoint().send(path, { method, headers: ADA }))).toBe(expected);
  });

  test.each([
    ['GET', 's3/params?filename=a.png&type=image%2Fpng'],
    ['GET', 's3/multipart/x/1?key=k'],
    ['GET', 's3/multipart/x/batch?key=k&partNumbers=1'],
    ['GET', 's3/multipart/x?key=k'],
    ['DELETE', 's3/multipart/x?key=k'],
  ])('nobody known is turned away: %s %s', async (method, path) => {
    expect(codeOf(await endpoint().send(path, { method }))).toBe('401 unauthorized');
  });

  test('are let through to other origins by method', async () => {
    const origin = 'https://app.example';
    const open = site({ store: NO_STORE, cors: { origins: [origin] } });
    const headers = { origin, 'access-control-request-method': 'DELETE' };
    const { headers: told, status } = await open.send('s3/multipart/x?key=k', { method: 'OPTIONS', headers });
    expect([status, told.get('access-control-allow-methods')]).toEqual([204, 'GET, DELETE']);
  });
});

describe('Companion’s multipart uploads', () => {
  test('are sent, listed, completed, told, and may be completed again', async () => {
    const told: any[] = [];
    const endpoint = site({ onUploaded: (upload: any) => void told.push(upload) });
    const upload = await begin(endpoint);
    expect(upload).toMatchObject({ key: expect.stringMatching(/\/video\.mp4$/), bucket: 'uploads' });
    const { body: batch } = await endpoint.send(at(upload, '/batch', '&partNumbers=1,2'), { headers: ADA });
    const parts = [
      { PartNumber: 1, ETag: await put(batch.presignedUrls[1], bytesOf(PART)) },
      { PartNumber: 2, ETag: await put(batch.presignedUrls[2], bytesOf(7)) },
    ];
    const listed = await endpoint.send(at(upload), { headers: ADA });
    expect(listed.body).toEqual([
      { ...parts[0], Size: PART },
      { ...parts[1], Size: 7 },
    ]);
    const stored = { key: upload.key, bucket: 'uploads', location: expect.stringContaining('/uploads/') };
    for (const _ of [1, 2]) {
      const { status, body } = await endpoint.post(at(upload, '/complete'), { parts }, ADA);
      expect([status, body]).toEqual([200, stored]);
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      key: upload.key,
      sizeBytes: PART + 7,
      type: 'video/mp4',
      user: { id: 'ada' },
    });
    expect(await endpoint.endpoint.verifyReceipt(told[0].receipt)).toMatchObject({ userId: 'ada' });
  });

  test.each([
    ['someone else', (upload: any) => [upload, BOB]],
    ['another key', (upload: any) => [{ ...upload, key: upload.key.replace('video', 'vide0') }, ADA]],
    ['another id', (upload: any) => [{ ...upload, uploadId: `${upload.uploadId.slice(0, -2)}AA` }, ADA]],
    ['the store’s own id', (upload: any) => [{ ...upload, uploadId: storeId(upload) }, ADA]],
  ])('are closed to %s: not a part is signed, listed, completed or aborted', async (_title, change) => {
    const endpoint = site();
    const upload = await begin(endpoint);
    const part = await sendPart(endpoint, upload, 1, 10);
    const [other, headers] = change(upload) as [any, Record<string, string>];
    const answers = [
      await endpoint.send(at(other, '/1'), { headers }),
      await endpoint.send(at(other, '/batch', '&partNumbers=1'), { headers }),
      await endpoint.send(at(other), { headers }),
      await endpoint.post(at(other, '/complete'), { parts: [part] }, headers),
      await endpoint.send(at(other), { method: 'DELETE', headers }),
    ];
    expect(answers.map(codeOf)).toEqual(Array(5).fill('403 ticket-invalid'));
    expect(await unfinished(upload.key)).toBe(1);
  });

  test('of an endpoint with another secret, or too long ago, are refused', async () => {
    const upload = await begin(site({ secret: 'quite another secret of 32 bytes!' }));
    expect(codeOf(await site().send(at(upload, '/1'), { headers: ADA }))).toBe('403 ticket-invalid');
    const old = await begin(site({ now: () => Date.now() - 8 * 24 * 3600_000 }));
    expect(codeOf(await site().send(at(old, '/1'), { headers: ADA }))).toBe('403 ticket-expired');
  });

  test('a ticket of the protocol’s own is no upload id, and no upload id a ticket', async () => {
    const endpoint = site();
    const own = await endpoint.announce({ sizeBytes: PART, partSizeBytes: PART }, ADA);
    const answer = await endpoint.send(at({ uploadId: own.ticket, key: own.key }, '/1'), { headers: ADA });
    expect(codeOf(answer)).toBe('403 ticket-invalid');
    const { uploadId: ticket } = await begin(endpoint);
    const asked = { uploads: [{ ticket, parts: [{ partNumber: 1 }] }] };
    expect(codeOf(await endpoint.post('parts', asked, ADA))).toBe('403 ticket-invalid');
  });

  test.each([
    ['too large', { maxFileSizeBytes: PART + 1 }, [PART, 2], '413 file-too-large'],
    ['too small', { minFileSizeBytes: 100 }, [99], '400 file-too-small'],
  ])('that are %s are given up before they become an object', async (_title, uploads, sizes, expected) => {
    const endpoint = site({ uploads });
    const upload = await begin(endpoint);
    const parts = [];
    for (const [index, size] of sizes.entries())
      parts.push(await sendPart(endpoint, upload, index + 1, size));
    expect(codeOf(await endpoint.post(at(upload, '/complete'), { parts }, ADA))).toBe(expected);
    expect(await unfinished(upload.key)).toBe(0);
    expect(codeOf(await endpoint.post(at(upload, '/complete'), { parts }, ADA))).toBe('404 upload-gone');
  });

  test('are given up with the first part that no allowed file has', async () => {
    const endpoint = site({ uploads: { maxFileSizeBytes: 2 * PART } });
    const upload = await begin(endpoint);
    expect((await endpoint.send(at(upload, '/2'), { headers: ADA })).status).toBe(200);
    expect(codeOf(await endpoint.send(at(upload, '/3'), { headers: ADA }))).toBe('413 file-too-large');
    expect(await unfinished(upload.key)).toBe(0);
  });

  test('are made of exactly the parts that are named', async () => {
    const endpoint = site();
    const upload = await begin(endpoint);
    const parts = [await sendPart(endpoint, upload, 1, PART), await sendPart(endpoint, upload, 2, 3)];
    const finish = async (named: unknown[]) =>
      codeOf(await endpoint.post(at(upload, '/complete'), { parts: named }, ADA));
    expect(await finish(parts.slice(0, 1))).toBe('409 parts-incomplete');
    expect(await finish([parts[0], { PartNumber: 2, ETag: '"0"' }])).toBe('409 part-refused');
    expect(await finish(parts)).toBe('200 undefined');
  });

  test('are aborted, and aborted again', async () => {
    const endpoint = site();
    const upload = await begin(endpoint);
    for (const _ of [1, 2])
      expect(await endpoint.send(at(upload), { method: 'DELETE', headers: ADA })).toMatchObject({
        status: 200,
        body: {},
      });
    expect(await unfinished(upload.key)).toBe(0);
    expect(codeOf(await endpoint.send(at(upload), { headers: ADA }))).toBe('404 upload-gone');
  });
});

describe('Companion’s single requests', () => {
  const ask = (endpoint: EndpointUnderTest, query: Record<string, string>) =>
    endpoint.send(`s3/params?${new URLSearchParams(query)}`, { headers: ADA });

  test('are a form for this key, this type and the allowed sizes', async () => {
    const endpoint = site({ uploads: { minFileSizeBytes: 2, maxFileSizeBytes: 9, prefix: 'in/' } });
    const { body } = await ask(endpoint, { filename: '../$a.png', type: 'image/png' });
    expect(body).toMatchObject({ method: 'POST', expires: 900 });
    expect(body.fields.key).toMatch(/^in\/[0-9a-f-]{36}\/_a\.png$/);
    for (const [size, expected] of [
      [1, 400],
      [10, 400],
      [9, 201],
      [2, 201],
    ] as const)
      expect(await sendForm(body, size), `${size} bytes`).toBe(expected);
    for (const change of [{ key: 'in/mine.png' }, { 'Content-Type': 'text/html' }])
      expect(await sendForm({ ...body, fields: { ...body.fields, ...change } }, 5)).toBe(403);
  });

  test('keep to the policy’s types', async () => {
    const endpoint = site({ uploads: { allowedTypes: ['image/*'] } });
    expect(codeOf(await ask(endpoint, { filename: 'a.html', type: 'text/html' }))).toBe(
      '415 type-not-allowed',
    );
  });

  test('store the metadata that the policy names, and no other', async () => {
    const query = {
      filename: 'a.png',
      type: 'image/png',
      'metadata[name]': 'ä.png',
      'metadata[Album]': 'x',
      'metadata[a b]': 'y',
      'metadata[relativePath]': 'null',
    };
    const metadataOf = async (options: Record<string, unknown>) => {
      const { fields } = (await ask(site(options), query)).body;
      return Object.fromEntries(Object.entries(fields).filter(([name]) => name.startsWith('x-amz-meta-')));
    };
    expect(await metadataOf({})).toEqual({ 'x-amz-meta-name': '%C3%A4.png', 'x-amz-meta-album': 'x' });
    expect(await metadataOf({ uploads: { metadata: ['album'] } })).toEqual({ 'x-amz-meta-album': 'x' });
  });

  test('are refused where the store has no forms', async () => {
    const profile = { ...STORE_PROFILES.local, singleRequest: 'put' as const };
    const answer = await ask(site({ store: { ...store, profile } }), { filename: 'a', type: '' });
    expect(codeOf(answer)).toBe('400 bad-request');
    expect(answer.body.error.hint).toContain('shouldUseMultipart: true');
  });
});

describe('Uppy’s signRequest', () => {
  const ask = (endpoint: EndpointUnderTest, request: unknown, headers: Record<string, string> = ADA) =>
    endpoint.post('sign', request, headers);
  const UUID = '1c1c1c1c-0000-4000-8000-0123456789ab';

  /** Begins an upload as the plugin does: the request goes to the bucket itself. */
  const beginSigned = async (endpoint: EndpointUnderTest) => {
    const { body } = await ask(endpoint, { method: 'POST', key: `${UUID}-video.mp4` });
    const answer = await fetch(body.url, { method: 'POST', headers: body.headers });
    const uploadId = /<UploadId>([^<]+)</.exec(await answer.text())?.[1] ?? '';
    expect(uploadId).not.toBe('');
    return { key: body.key, uploadId, path: new URL(body.url).pathname };
  };

  test('signs a single request as a form, whose key is the endpoint’s', async () => {
    const { body } = await ask(site({ uploads: { maxFileSizeBytes: 9 } }), {
      method: 'PUT',
      key: `${UUID}-a.png`,
      contentType: 'image/png',
    });
    expect(body.fields.key).toMatch(/^[0-9a-f-]{36}\/a\.png$/);
    expect(body.fields.key).not.toContain(UUID);
    expect(await sendForm(body, 10)).toBe(400);
    expect(await sendForm(body, 9)).toBe(201);
  });

  test('signs a PUT where there are no forms, as long as no size is to be kept', async () => {
    const profile = { ...STORE_PROFILES.local, singleRequest: 'put' as const };
    const request = { method: 'PUT', key: 'a.png', contentType: 'image/png' };
    const limited = site({ store: { ...store, profile }, uploads: { maxFileSizeBytes: 9 } });
    expect(codeOf(await ask(limited, request))).toBe('400 bad-request');
    const { body } = await ask(site({ store: { ...store, profile } }), request);
    const send = (headers: Record<string, string>) =>
      fetch(body.url, { method: 'PUT', body: 'x', headers }).then(({ status }) => status);
    expect(await send({ 'content-type': 'text/html' })).toBe(403);
    expect(await send(body.headers)).toBe(200);
    expect(new URL(body.url).pathname).toBe(`/uploads/${body.key}`);
  });

  test('signs a whole multipart upload, its type by the name', async () => {
    const endpoint = site();
    const { key, uploadId, path } = await beginSigned(endpoint);
    const part = await ask(endpoint, { method: 'PUT', key, uploadId, partNumber: 1 });
    expect(new URL(part.body.url).pathname).toBe(path);
    const etag = await put(part.body.url, bytesOf(9));
    const list = await ask(endpoint, { method: 'GET', key, uploadId });
    expect(await (await fetch(list.body.url)).text()).toContain('<PartNumber>1<');
    const { body } = await ask(endpoint, { method: 'POST', key, uploadId });
    const xml = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
    expect((await fetch(body.url, { method: 'POST', body: xml })).status).toBe(200);
  });

  test('binds a multipart upload to its user, its key and its time', async () => {
    const endpoint = site();
    const { key, uploadId } = await beginSigned(endpoint);
    const request = { method: 'PUT', key, uploadId, partNumber: 1 };
    expect(codeOf(await ask(endpoint, request))).toBe('200 undefined');
    expect(codeOf(await ask(endpoint, request, BOB))).toBe('403 ticket-invalid');
    expect(codeOf(await ask(endpoint, request, {}))).toBe('401 unauthorized');
    for (const other of ['video.mp4', `${key}A`, '../other', 'constructor'])
      for (const method of ['PUT', 'GET', 'POST', 'DELETE'])
        expect(codeOf(await ask(endpoint, { ...request, method, key: other }))).toBe('403 ticket-invalid');
    const later = site({ now: () => Date.now() + 8 * 24 * 3600_000 });
    expect(codeOf(await ask(later, request))).toBe('403 ticket-expired');
    // what is signed for another upload id is of no use: the store knows it under this key alone
    const stranger = await beginSigned(endpoint);
    const crossed = await ask(endpoint, { ...request, uploadId: stranger.uploadId });
    expect((await fetch(crossed.body.url, { method: 'PUT', body: 'x' })).status).toBe(404);
  });

  test('does not sign the completion of a file that is too large, and gives it up', async () => {
    const endpoint = site({ uploads: { maxFileSizeBytes: 9 } });
    const { key, uploadId, path } = await beginSigned(endpoint);
    const { body } = await ask(endpoint, { method: 'PUT', key, uploadId, partNumber: 1 });
    await put(body.url, bytesOf(10));
    expect(codeOf(await ask(endpoint, { method: 'POST', key, uploadId }))).toBe('413 file-too-large');
    expect(await unfinished(decodeURIComponent(path.replace('/uploads/', '')))).toBe(0);
    expect(codeOf(await ask(endpoint, { method: 'POST', key, uploadId }))).toBe('404 upload-gone');
  });

  test('has the bucket refuse a part that grew after its size was looked at', async () => {
    const endpoint = site({ uploads: { maxFileSizeBytes: 9 } });
    const { key, uploadId } = await beginSigned(endpoint);
    const part = await ask(endpoint, { method: 'PUT', key, uploadId, partNumber: 1 });
    const small = await put(part.body.url, bytesOf(9));
    const { body } = await ask(endpoint, { method: 'POST', key, uploadId });
    expect(body.headers).toEqual({ 'x-amz-mp-object-size': '9' });
    const finish = async (etag: string, headers: Record<string, string>) => {
      const xml = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
      return (await fetch(body.url, { method: 'POST', body: xml, headers })).status;
    };
    const large = await put(part.body.url, bytesOf(10));
    expect(await finish(large, body.headers)).toBe(400);
    expect(await finish(large, {})).toBe(403);
    expect(await finish(large, { 'x-amz-mp-object-size': '10' })).toBe(403);
    expect(await put(part.body.url, bytesOf(9))).toBe(small);
    expect(await finish(small, body.headers)).toBe(200);
  });

  test('signs a completion that replaces nothing', async () => {
    const endpoint = site({ uploads: { noOverwrite: true } });
    const { key, uploadId } = await beginSigned(endpoint);
    const { body } = await ask(endpoint, { method: 'POST', key, uploadId });
    expect(body.headers).toEqual({ 'if-none-match': '*' });
    expect(new URL(body.url).searchParams.get('X-Amz-SignedHeaders')).toBe('host;if-none-match');
  });

  test.each([
    [{ method: 'DELETE', key: 'a' }, '400 bad-request'],
    [{ method: 'GET', key: 'a' }, '400 bad-request'],
    [{ method: 'HEAD', key: 'a' }, '400 bad-request'],
    [{ method: 'PUT', key: '' }, '400 bad-request'],
    [{ method: 'PUT', key: `${UUID}-` }, '200 undefined'],
    [{ method: 'PUT', key: '..', contentType: 'a/b' }, '400 name-not-allowed'],
    [{ method: 'PUT', key: 'a', contentType: 'text/html\r\nx-evil: 1' }, '415 type-not-allowed'],
  ])('%j: %s', async (request, expected) => {
    expect(codeOf(await ask(site({ store: NO_STORE }), request))).toBe(expected);
  });

  test('keeps to the policy’s types: of a multipart upload by the name', async () => {
    const endpoint = site({ uploads: { allowedTypes: ['image/*', '.pdf'] } });
    const refused = '415 type-not-allowed';
    expect(codeOf(await ask(endpoint, { method: 'PUT', key: 'a', contentType: 'text/html' }))).toBe(refused);
    expect(codeOf(await ask(endpoint, { method: 'POST', key: 'a.html' }))).toBe(refused);
    const { body } = await ask(endpoint, { method: 'POST', key: 'a.png' });
    expect(body.headers).toEqual({ 'content-type': 'image/png' });
    const headers = { 'content-type': 'text/html' };
    expect((await fetch(body.url, { method: 'POST', headers })).status).toBe(403);
  });

  test('leaves the protocol’s own `sign` as it is', async () => {
    const endpoint = site();
    const { ticket } = await endpoint.announce({ sizeBytes: PART, partSizeBytes: PART }, ADA);
    const { body } = await ask(endpoint, { ticket, operation: 'list-parts' });
    expect(body).toMatchObject({ method: 'GET', url: expect.stringContaining('uploadId=') });
  });
});

describe('the policy around a dialect', () => {
  const kinds = { uploads: { kinds: { avatar: { maxFileSizeBytes: 9, allowedTypes: ['image/*'] } } } };

  test('has kinds, of which the file names one', async () => {
    const endpoint = site(kinds);
    const file = { filename: 'a.png', type: 'image/png' };
    expect(codeOf(await endpoint.post('s3/multipart', file, ADA))).toBe('400 kind-unknown');
    for (const kind of ['constructor', 'other'])
      expect(codeOf(await endpoint.post('s3/multipart', { ...file, metadata: { kind } }, ADA))).toBe(
        '400 kind-unknown',
      );
    const avatar = await endpoint.post('s3/multipart', { ...file, metadata: { kind: 'avatar' } }, ADA);
    expect(avatar.status).toBe(200);
    expect((await endpoint.send(at(avatar.body, '/1'), { headers: ADA })).status).toBe(200);
    expect(codeOf(await endpoint.send(at(avatar.body, '/2'), { headers: ADA }))).toBe('413 file-too-large');
    const signed = { method: 'PUT', key: 'a.png', contentType: 'image/png' };
    expect(codeOf(await endpoint.post('sign', signed, ADA))).toBe('400 kind-unknown');
    const { body } = await endpoint.post('sign', { ...signed, kind: 'avatar' }, ADA);
    expect(await sendForm(body, 10)).toBe(400);
    expect(await sendForm(body, 9)).toBe(201);
  });

  test('has a quota, of which a file takes the most that it may', async () => {
    const uploads = { maxFileSizeBytes: 100, quota: () => 99 };
    const file = { filename: 'a.png', type: 'image/png' };
    expect(codeOf(await site({ uploads }).post('s3/multipart', file, ADA))).toBe('403 quota-exceeded');
    const enough = { ...uploads, quota: () => 100 };
    expect((await site({ uploads: enough }).post('s3/multipart', file, ADA)).status).toBe(200);
  });

  test('may say that nothing is replaced: then nothing is', async () => {
    const endpoint = site({ uploads: { noOverwrite: true, key: () => 'taken.bin' } });
    const begun = [await begin(endpoint), await begin(endpoint)];
    const ends = [];
    for (const upload of begun) {
      const parts = [await sendPart(endpoint, upload, 1, 5)];
      ends.push(codeOf(await endpoint.post(at(upload, '/complete'), { parts }, ADA)));
    }
    expect(ends).toEqual(['200 undefined', '409 key-taken']);
    expect(codeOf(await endpoint.post('sign', { method: 'POST', key: 'a' }, ADA))).toBe('409 key-taken');
  });

  test('knows the pages that may ask', async () => {
    const headers = { ...ADA, origin: 'https://evil.example' };
    const upload = await begin(site());
    const answers = [
      await site().send(at(upload), { method: 'DELETE', headers }),
      await site().post('sign', { method: 'POST', key: 'a' }, headers),
    ];
    expect(answers.map(codeOf)).toEqual(['403 forbidden', '403 forbidden']);
    expect(await unfinished(upload.key)).toBe(1);
  });
});

/** What the token holds, as anybody can read it. */
function storeId({ uploadId }: { uploadId: string }): string {
  return JSON.parse(Buffer.from(uploadId.split('.')[1] ?? '', 'base64url').toString()).u;
}
