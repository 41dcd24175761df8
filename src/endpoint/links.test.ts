// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { LinksAnswer } from '../protocol/linkMessages.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { bytesOf, sendSingle } from './testing/sendFile.ts';
import type { StoreOptions } from './UploadEndpointOptions.ts';

const BYTES = bytesOf(5_000);
const DAY = 24 * 3600;
const HOUR_MS = 3_600_000;
const authorize = (request: Request) => {
  const id = request.headers.get('x-user');
  return id === null ? null : { id };
};
const ALL = { download: true, preview: true, delete: true };

let bucket: RunningBucket;
let store: StoreOptions;
let s3: S3Client;
vi.setConfig({ testTimeout: 30_000 });

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

const site = (options: Record<string, unknown> = {}) =>
  new EndpointUnderTest({ store, authorize, links: ALL, ...options });

/** A stored file's receipt and key. */
async function upload(
  endpoint: EndpointUnderTest,
  file: { name?: string; type?: string } = {},
  user = 'ada',
): Promise<{ receipt: string; key: string }> {
  const headers = { 'x-user': user };
  const created = await endpoint.announce({ sizeBytes: BYTES.length, ...file }, headers);
  expect((await sendSingle(created, BYTES)).ok).toBe(true);
  const { body } = await endpoint.post('complete', { uploads: [{ ticket: created.ticket }] }, headers);
  return body.uploads[0].object;
}

async function ask(
  endpoint: EndpointUnderTest,
  wanted: Record<string, unknown>[],
  user: string | null = 'ada',
) {
  const answer = await endpoint.post('links', { links: wanted }, user === null ? {} : { 'x-user': user });
  if (answer.status === 200) expect(v.is(LinksAnswer, answer.body)).toBe(true);
  return answer;
}

async function link(endpoint: EndpointUnderTest, receipt: string, action: string, more = {}): Promise<any> {
  const { body } = await ask(endpoint, [{ receipt, action, ...more }]);
  return body.links?.[0] ?? body;
}

const expiresIn = (url: string) => Number(new URL(url).searchParams.get('X-Amz-Expires'));

describe('a download', () => {
  test.each([
    ['naïve "x".pdf', `filename="na_ve _x_.pdf"; filename*=UTF-8''na%C3%AFve%20%22x%22.pdf`],
    ['🎉.bin', `filename="_.bin"; filename*=UTF-8''%F0%9F%8E%89.bin`],
    ['plain.txt', 'filename="plain.txt"'],
  ])('of %j has these bytes and this name', async (name, disposition) => {
    const endpoint = site();
    const { receipt } = await upload(endpoint, { name });
    const { url, method, expiresInSeconds } = await link(endpoint, receipt, 'download');
    expect([method, expiresInSeconds, expiresIn(url)]).toEqual(['GET', 900, 900]);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(`attachment; ${disposition}`);
    expect(response.headers.get('cache-control')).toBe('private');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES);
  });

  test('has the name that the site says, and no header of its own making', async () => {
    const endpoint = site({ links: { fileName: () => 'a\r\nset-cookie: x=1' } });
    const { receipt } = await upload(endpoint);
    const response = await fetch((await link(endpoint, receipt, 'download')).url);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a__set-cookie: x=1"');
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  test('broken off goes on where it was', async () => {
    const endpoint = site();
    const { receipt } = await upload(endpoint);
    const { url } = await link(endpoint, receipt, 'download');
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    const rest = await fetch(url, { headers: { range: 'bytes=1234-', 'if-range': etag } });
    expect(rest.status).toBe(206);
    expect(new Uint8Array(await rest.arrayBuffer())).toEqual(BYTES.slice(1234));
    const other = await fetch(url, { headers: { range: 'bytes=1234-', 'if-range': '"another"' } });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, BYTES.length]);
  });

  test.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/javascript'])(
    'of %s is served as bytes',
    async (type) => {
      const endpoint = site();
      const { receipt } = await upload(endpoint, { type });
      const { headers } = await fetch((await link(endpoint, receipt, 'download')).url);
      expect(headers.get('content-type')).toBe('application/octet-stream');
      expect(headers.get('content-disposition')).toMatch(/^attachment/);
    },
  );
});

describe('a preview', () => {
  test.each([
    ['image/png', 'image/png'],
    ['Video/MP4; codecs="avc1"', 'video/mp4'],
    ['application/pdf', 'application/pdf'],
  ])('of %s is shown as %s', async (type, shownAs) => {
    const endpoint = site();
    const { receipt } = await upload(endpoint, { type });
    const { headers } = await fetch((await link(endpoint, receipt, 'preview')).url);
    expect(headers.get('content-type')).toBe(shownAs);
    expect(headers.get('content-disposition')).toMatch(/^inline; /);
  });

  test.each([
    'text/html',
    'image/svg+xml',
    'IMAGE/SVG+XML; charset=utf-8',
    'text/javascript',
    'application/xml',
    'text/plain',
  ])('of %s is refused', async (type) => {
    const endpoint = site();
    const { receipt } = await upload(endpoint, { type });
    const { error } = await link(endpoint, receipt, 'preview');
    expect(error.code).toBe('type-not-allowed');
  });
});

test('a deletion takes the object away; asked for again, it says that there is none', async () => {
  const endpoint = site();
  const { receipt } = await upload(endpoint);
  const download = (await link(endpoint, receipt, 'download')).url;
  const { url, method } = await link(endpoint, receipt, 'delete');
  expect(method).toBe('DELETE');
  // good for this one thing
  expect((await fetch(url)).status).toBe(403);
  expect((await fetch(download, { method: 'DELETE' })).status).toBe(403);
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
  expect((await fetch(download)).status).toBe(404);
  for (const action of ['download', 'preview', 'delete'])
    expect((await link(endpoint, receipt, action)).error.code).toBe('object-missing');
});

describe('a batch', () => {
  test('is answered one by one, in order', async () => {
    const endpoint = site();
    const [one, gone] = [await upload(endpoint, { type: 'image/png' }), await upload(endpoint)];
    await fetch((await link(endpoint, gone.receipt, 'delete')).url, { method: 'DELETE' });
    const { status, body } = await ask(endpoint, [
      { receipt: one.receipt, action: 'download' },
      { receipt: gone.receipt, action: 'download' },
      { receipt: 'x.y.z', action: 'download' },
      { receipt: one.receipt, action: 'preview' },
    ]);
    expect(status).toBe(200);
    expect(body.links.map((entry: any) => entry.error?.code ?? entry.method)).toEqual([
      'GET',
      'object-missing',
      'ticket-invalid',
      'GET',
    ]);
  });

  test.each([
    ['nothing', []],
    ['another action', [{ receipt: 'x', action: 'constructor' }]],
    ['a name of the browser’s', [{ receipt: 'x', action: 'download', fileName: 'invoice.exe' }]],
    ['a life of 8 days', [{ receipt: 'x', action: 'download', expiresInSeconds: 8 * DAY }]],
    ['a life of none', [{ receipt: 'x', action: 'download', expiresInSeconds: 0 }]],
    ['101 at once', Array.from({ length: 101 }, () => ({ receipt: 'x', action: 'download' }))],
  ])('of %s is refused', async (_, wanted) => {
    const { status, body } = await ask(site(), wanted);
    expect([status, body.error.code]).toEqual([400, 'bad-request']);
  });
});

describe('refused is', () => {
  const refusal = async (endpoint: EndpointUnderTest, receipt: string, user: string | null = 'ada') => {
    const { status, text, body } = await ask(endpoint, [{ receipt, action: 'download' }], user);
    expect(text).not.toMatch(/x-amz-signature/i);
    return [status, body.error.code];
  };

  test('whoever is not the uploader', async () => {
    const endpoint = site();
    const { receipt } = await upload(endpoint);
    expect(await refusal(endpoint, receipt, 'bob')).toEqual([403, 'ticket-invalid']);
    expect(await refusal(endpoint, receipt, null)).toEqual([401, 'unauthorized']);
    const open = site({ authorize: undefined, anonymous: true });
    expect(await refusal(open, receipt, null)).toEqual([403, 'ticket-invalid']);
  });

  test('a receipt that was changed, is none, or comes from another secret or bucket', async () => {
    const endpoint = site();
    const { receipt } = await upload(endpoint);
    const [head, claims = '', signature] = receipt.split('.');
    const forged = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), k: 'of-somebody-else' };
    const other = Buffer.from(JSON.stringify(forged)).toString('base64url');
    const { ticket } = await endpoint.announce({}, { 'x-user': 'ada' });
    for (const token of [`${head}.${other}.${signature}`, `${head}.${claims}.`, 'constructor', ticket])
      expect(await refusal(endpoint, token)).toEqual([403, 'ticket-invalid']);
    const stranger = site({ secret: 'another secret, which is long enough too' });
    expect(await refusal(stranger, receipt)).toEqual([403, 'ticket-invalid']);
    const elsewhere = site({ store: { ...store, bucket: 'elsewhere' } });
    expect(await refusal(elsewhere, receipt)).toEqual([403, 'ticket-invalid']);
  });

  test('a receipt that is too old', async () => {
    const { receipt } = await upload(site());
    const later = (hours: number, links = {}) => site({ now: () => Date.now() + hours * HOUR_MS, links });
    expect(await refusal(later(8 * 24), receipt)).toEqual([403, 'ticket-expired']);
    expect(await refusal(later(2, { maxReceiptAgeSeconds: 3600 }), receipt)).toEqual([403, 'ticket-expired']);
    expect((await link(later(6 * 24), receipt, 'download')).ok).toBe(true);
  });

  test('an object that somebody has put in the place of the own one', async () => {
    const endpoint = site({ uploads: { key: () => 'shared/report.txt' } });
    const { receipt, key } = await upload(endpoint);
    await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: key, Body: bytesOf(BYTES.length, 7) }));
    for (const action of ['download', 'delete'])
      expect((await link(endpoint, receipt, action)).error.code).toBe('object-mismatch');
  });
});

describe('what is allowed', () => {
  const given = async (options: object, action: string, user: string | null = 'ada') => {
    const endpoint = site({ links: undefined, ...options });
    const { receipt } = await upload(endpoint, { type: 'image/png' }, user ?? undefined);
    const answer = (await ask(endpoint, [{ receipt, action }], user)).body.links[0];
    const { body: config } = await endpoint.send('config', { headers: { 'x-user': 'ada' } });
    return [answer.ok ? 'given' : answer.error.code, config.links[action]];
  };
  const anonymous = { authorize: undefined, anonymous: true };

  test.each([
    ['a download', {}, 'download', ['given', true]],
    ['a preview', {}, 'preview', ['given', true]],
    ['a deletion', {}, 'delete', ['forbidden', false]],
    ['a download where anyone may upload', anonymous, 'download', ['forbidden', false]],
    ['a preview where anyone may upload', anonymous, 'preview', ['forbidden', false]],
    ['a download that was switched off', { links: { download: false } }, 'download', ['forbidden', false]],
    ['a deletion that was switched on', { links: { delete: true } }, 'delete', ['given', true]],
    [
      'what was switched on where anyone may upload',
      { ...anonymous, links: { download: true } },
      'download',
      ['given', true],
    ],
  ])('by default or by option: %s', async (_, options, action, expected) => {
    expect(await given(options, action)).toEqual(expected);
  });

  test('the site decides for each object and user', async () => {
    const asked: unknown[] = [];
    const links = {
      delete: async (object: any, user: any) => {
        asked.push([object.sizeBytes, object.userId, user.id]);
        return { ada: true, carol: 'perhaps' }[user.id as string] as boolean;
      },
    };
    expect(await given({ links }, 'delete', 'ada')).toEqual(['given', true]);
    // no answer is no permission, and neither is any other than yes
    expect(await given({ links }, 'delete', 'bob')).toEqual(['forbidden', true]);
    expect(await given({ links }, 'delete', 'carol')).toEqual(['forbidden', true]);
    expect(asked).toEqual([
      [BYTES.length, 'ada', 'ada'],
      [BYTES.length, 'bob', 'bob'],
      [BYTES.length, 'carol', 'carol'],
    ]);
  });

  test.each([
    [{ expiresInSeconds: 7 * DAY + 1 }, 'links.expiresInSeconds'],
    [{ expiresInSeconds: 0 }, 'links.expiresInSeconds'],
    [{ delete: 'yes' }, 'links.delete'],
    [{ downloads: true }, 'downloads'],
  ])('an option such as %j is a mistake', (links, name) => {
    expect(() => site({ links })).toThrow(name);
  });
});

describe('a link ends', () => {
  test('when the option, the browser or the credentials say so, whichever comes first', async () => {
    const endpoint = site({ links: { ...ALL, expiresInSeconds: 7 * DAY } });
    const { receipt } = await upload(endpoint);
    const asked = await link(endpoint, receipt, 'download', { expiresInSeconds: 60 });
    expect([asked.expiresInSeconds, expiresIn(asked.url)]).toEqual([60, 60]);
    const longest = await link(endpoint, receipt, 'download');
    expect([longest.expiresInSeconds, expiresIn(longest.url)]).toEqual([7 * DAY, 7 * DAY]);
    const capped = await link(site(), receipt, 'download', { expiresInSeconds: 7 * DAY });
    expect(capped.expiresInSeconds).toBe(900);
    const temporary = site({
      store: { ...store, expiration: new Date(Date.now() + 100_000) },
      links: { expiresInSeconds: 7 * DAY },
    });
    const { url, expiresInSeconds } = await link(temporary, receipt, 'download');
    expect(expiresInSeconds).toBeGreaterThan(60);
    expect(expiresInSeconds).toBeLessThanOrEqual(100);
    expect(expiresIn(url)).toBe(expiresInSeconds);
  });

  test('and then the bucket refuses it', async () => {
    const { receipt } = await upload(site());
    const earlier = site({ now: () => Date.now() - 61_000 });
    const { url } = await link(earlier, receipt, 'download', { expiresInSeconds: 60 });
    expect((await fetch(url)).status).toBe(403);
    const inTime = await link(earlier, receipt, 'download', { expiresInSeconds: 120 });
    expect((await fetch(inTime.url)).status).toBe(200);
  });
});
