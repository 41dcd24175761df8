// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come

import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { startBucket } from '../bucket/startBucket.ts';
import { ConfigAnswer } from '../protocol/messages.ts';
import { EndpointUnderTest, FILE, NO_STORE } from './testing/EndpointUnderTest.ts';
import { complete, provideStore } from './testing/provideStore.ts';
import { md5Of, sendParts, sendSingle } from './testing/sendFile.ts';

const A = 'http://127.0.0.1:9';
const B = 'http://localhost:9';
const C = 'http://bucket.localhost:9';
const HOSTS = [B, { endpoint: B, forcePathStyle: false }];
const PART = 5 * 1024 * 1024;

const spread = (more: object = {}) =>
  new EndpointUnderTest({ store: { ...NO_STORE, hosts: HOSTS, ...more } as any });
const announceAll = async (endpoint: EndpointUnderTest, count: number, more = {}) => {
  const files = Array.from({ length: count }, (_, n) => ({ ...FILE, id: String(n) }));
  const { body } = await endpoint.post('uploads', { files, ...more });
  return body.uploads as any[];
};
const count = (urls: string[]) => {
  const counts: Record<string, number> = {};
  for (const url of urls) counts[new URL(url).origin] = (counts[new URL(url).origin] ?? 0) + 1;
  return counts;
};

describe('several host names of one bucket', () => {
  test.each([
    [1, {}, undefined],
    [3, {}, 3],
    [4, { endpoint: undefined, profile: 'aws', hosts: 4 }, 4],
  ])('browsers hear that there are %i', async (_, more, expected) => {
    const endpoint = expected === undefined ? new EndpointUnderTest() : spread(more);
    const { body } = await endpoint.send('config');
    expect(v.parse(ConfigAnswer, body).hosts).toBe(expected);
  });

  test.each(['post', 'put'] as const)('files of one request are spread evenly: %s', async (singleRequest) => {
    const profile = { ...(await import('./storeProfiles.ts')).STORE_PROFILES.local, singleRequest };
    const endpoint = spread({ profile });
    const uploads = await announceAll(endpoint, 60);
    expect(uploads.every(({ method }) => method === singleRequest)).toBe(true);
    expect(count(uploads.map(({ url }) => url))).toEqual({ [A]: 20, [B]: 20, [C]: 20 });
    // the bucket's name stands in the path or in the host
    for (const { url } of uploads)
      expect(new URL(url).pathname.startsWith('/bucket')).toBe(!url.startsWith(C));
  });

  test('files of one request that are announced one by one take turns as well', async () => {
    const endpoint = spread();
    const urls: string[] = [];
    for (let n = 0; n < 9; n++) urls.push((await announceAll(endpoint, 1))[0].url);
    expect(count(urls)).toEqual({ [A]: 3, [B]: 3, [C]: 3 });
  });

  test('nothing is signed for a host that the browser cannot reach', async () => {
    const endpoint = spread();
    expect(count((await announceAll(endpoint, 20, { avoid: [A, C] })).map(({ url }) => url))).toEqual({
      [B]: 20,
    });
    const [{ ticket }] = await announceAll(endpoint, 1);
    for (let n = 0; n < 4; n++) {
      const { body } = await endpoint.post('parts', { uploads: [{ ticket, parts: [] }], avoid: [B] });
      expect(new URL(body.uploads[0].signed.url).origin).not.toBe(B);
    }
  });

  test('a browser that reaches none of them, or avoids strangers, gets them all', async () => {
    const endpoint = spread();
    const all = { [A]: 10, [B]: 10, [C]: 10 };
    for (const avoid of [[A, B, C], ['https://elsewhere.example'], []])
      expect(count((await announceAll(endpoint, 30, { avoid })).map(({ url }) => url))).toEqual(all);
  });

  test.each([
    ['no list', 'http://127.0.0.1:9'],
    ['too many', Array(17).fill(A)],
    ['something else', [{ A }]],
  ])('what cannot be avoided is refused: %s', async (_, avoid) => {
    expect((await spread().post('uploads', { files: [FILE], avoid })).status).toBe(400);
    expect((await spread().post('parts', { uploads: [{ ticket: 'x', parts: [] }], avoid })).status).toBe(400);
  });
});

describe('in a real bucket', () => {
  const store = provideStore(startBucket);
  const endpointAt = () => {
    const options = store.options();
    const port = new URL(options.endpoint as string).port;
    const hosts = [`http://localhost:${port}`];
    return {
      endpoint: new EndpointUnderTest({ store: { ...options, hosts } as any }),
      a: `http://127.0.0.1:${port}`,
      b: `http://localhost:${port}`,
    };
  };

  test('parts take turns, from whatever host a file begins with, and become one object', async () => {
    const { endpoint, a, b } = endpointAt();
    const bytes = new Uint8Array(5 * PART + 1).map((_, n) => n % 251);
    const first = new Set<string | undefined>();
    for (let files = 0; first.size < 2 && files < 40; files++) {
      const upload = await endpoint.announce({ sizeBytes: bytes.length, partSizeBytes: PART, firstParts: 3 });
      const wanted = [4, 5, 6].map((partNumber) => ({ partNumber }));
      const { body } = await endpoint.post('parts', { uploads: [{ ticket: upload.ticket, parts: wanted }] });
      const parts = [...upload.parts, ...body.uploads[0].signed.parts];
      const origins: string[] = parts.map(({ url }: any) => new URL(url).origin);
      expect(count(origins)).toEqual({ [a]: 3, [b]: 3 });
      expect(origins.every((origin, n) => n === 0 || origin !== origins[n - 1])).toBe(true);
      if (!first.has(origins[0])) {
        const done = await complete(endpoint, upload, {
          parts: await sendParts({ ...upload, parts }, bytes, PART),
        });
        expect(done).toMatchObject({ ok: true, object: { sizeBytes: bytes.length } });
      }
      first.add(origins[0]);
    }
    expect(first).toEqual(new Set([a, b]));
  });

  test('a part whose host is avoided goes to the other, and no signature is good for both', async () => {
    const { endpoint, a, b } = endpointAt();
    const bytes = new Uint8Array(5).fill(1);
    const upload = await endpoint.announce({ sizeBytes: 5, partSizeBytes: PART, firstParts: 0 });
    for (const [avoid, expected] of [
      [a, b],
      [b, a],
    ] as const) {
      const ask = { uploads: [{ ticket: upload.ticket, parts: [{ partNumber: 1 }] }], avoid: [avoid] };
      const [{ url }] = (await endpoint.post('parts', ask)).body.uploads[0].signed.parts;
      expect(new URL(url).origin).toBe(expected);
      expect((await fetch(url, { method: 'PUT', body: bytes })).status).toBe(200);
      expect((await fetch(url.replace(expected, avoid), { method: 'PUT', body: bytes })).status).toBe(403);
    }
  });

  test('a form is good at either', async () => {
    const { endpoint, a, b } = endpointAt();
    const bytes = new TextEncoder().encode('hello');
    for (const [avoid, expected] of [
      [a, b],
      [b, a],
    ] as const) {
      const [form] = await announceAll(endpoint, 1, { avoid: [avoid] });
      expect(form.url).toBe(`${expected}/uploads`);
      expect((await sendSingle(form, bytes)).status).toBe(201);
      expect(await complete(endpoint, form)).toMatchObject({ ok: true, object: { etag: md5Of(bytes) } });
    }
  });
});
