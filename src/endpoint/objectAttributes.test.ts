// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { describe, expect, test } from 'vitest';
import { startBucket } from '../bucket/startBucket.ts';
import { STORE_PROFILES } from './storeProfiles.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { complete, provideStore, uploadText } from './testing/provideStore.ts';
import { sendParts, sendSingle } from './testing/sendFile.ts';
import type { UploadRules } from './UploadPolicy.ts';

const server = provideStore(startBucket);
const site = (uploads: UploadRules<any>, less = {}, more = {}) =>
  new EndpointUnderTest({ store: server.options(less), uploads, ...more });
const HELLO = new TextEncoder().encode('hello');
const SSE = 'x-amz-server-side-encryption';
/** The three ways into the bucket. */
const WAYS = [
  ['by form', {}, {}],
  ['by PUT', { singleRequest: 'put' }, {}],
  ['in parts', {}, { inParts: true }],
] as const;

describe('what the policy stores with an object', () => {
  const rules: UploadRules<any> = {
    tags: (file) => ({ name: file.name, 'site/ü': 'a+b c=d' }),
    storageClass: 'STANDARD_IA',
    encryption: { algorithm: 'AES256' },
    cacheControl: 'private, max-age=60',
    contentDisposition: (file) => `attachment; filename="${file.name}"`,
    acl: 'public-read',
    metadata: () => ({ note: 'é' }),
  };

  test.each(WAYS)('is there of a file that goes %s', async (way, less, how) => {
    const endpoint = site(rules, less);
    const { upload, done } = await uploadText(endpoint, 'hello', { name: 'a b.txt', ...how });
    expect(upload.method).toBe(way === 'by form' ? 'post' : way === 'by PUT' ? 'put' : 'multipart');
    expect(done).toMatchObject({ ok: true });
    expect(await server.head(upload.key)).toMatchObject({
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
      CacheControl: 'private, max-age=60',
      ContentDisposition: 'attachment; filename="a b.txt"',
      Metadata: { note: '%C3%A9' },
    });
    expect(await server.tags(upload.key)).toEqual({ name: 'a b.txt', 'site/ü': 'a+b c=d' });
  });

  test.each(WAYS)('may be KMS, whose ETag is no MD5, of a file that goes %s', async (_way, less, how) => {
    const encryption = {
      algorithm: 'aws:kms',
      keyId: 'key-1',
      context: { site: 'ü' },
      bucketKey: true,
    } as const;
    const checksum = 'inParts' in how ? {} : { checksum: 'XUFAKrxLKna5cZ2REBfFkg==' };
    const { upload, done } = await uploadText(site({ encryption }, less), 'hello', { ...checksum, ...how });
    expect(done).toMatchObject({ ok: true, object: { sizeBytes: 5 } });
    expect(done.object.etag).not.toContain('5d41402abc4b2a76b9719d911017c592');
    expect(await server.head(upload.key)).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'key-1',
      BucketKeyEnabled: true,
    });
  });

  const fields: [header: string, field: string, other: string][] = [
    ['x-amz-tagging', 'tagging', ''],
    ['x-amz-storage-class', 'x-amz-storage-class', 'STANDARD'],
    [SSE, SSE, 'aws:kms'],
    ['cache-control', 'Cache-Control', 'public'],
    ['content-disposition', 'Content-Disposition', 'inline'],
    ['x-amz-acl', 'acl', 'public-read-write'],
    ['x-amz-meta-note', 'x-amz-meta-note', 'x'],
  ];
  test.each(fields)('is signed: %s can neither be changed nor left out', async (header, field, other) => {
    for (const less of [{}, { singleRequest: 'put' as const }]) {
      const endpoint = site(rules, less);
      const upload = await endpoint.announce();
      const has = (signed: any) => (signed.fields ? [signed.fields, field] : [signed.headers, header]) as any;
      expect(has(upload)[0]).toHaveProperty([has(upload)[1]]);
      const changed = await sendSingle(upload, HELLO, (signed) => {
        has(signed)[0][has(signed)[1]] = other;
      });
      const left = await sendSingle(upload, HELLO, (signed) => {
        delete has(signed)[0][has(signed)[1]];
      });
      expect([changed.status, left.status]).toEqual([403, 403]);
    }
  });

  test.each([
    [{ 'x-amz-acl': 'public-read' }, { acl: 'public-read' }],
    [{ 'x-amz-storage-class': 'GLACIER' }, { 'x-amz-storage-class': 'GLACIER' }],
    [{ 'x-amz-tagging': 'a=b' }, { tagging: '<Tagging><TagSet/></Tagging>' }],
  ])('is no more than that: %j cannot be added', async (headers, fieldsAdded) => {
    for (const less of [{}, { singleRequest: 'put' as const }]) {
      const upload = await site({}, less).announce();
      const sent = await sendSingle(upload, HELLO, (signed) =>
        Object.assign(signed.fields ?? signed.headers, signed.fields ? fieldsAdded : headers),
      );
      expect(sent.status).toBe(403);
    }
  });

  test('that a form of this store would lose goes by PUT, and tags that its parts would lose are added', async () => {
    const { attributes } = STORE_PROFILES.ceph;
    const endpoint = site({ cacheControl: 'no-store', tags: { a: 'b' } }, { attributes });
    expect((await endpoint.announce()).method).toBe('put');
    expect((await site({ tags: { a: 'b' } }, { attributes }).announce()).method).toBe('post');
    const { upload, done } = await uploadText(endpoint, 'hello', { inParts: true });
    expect(done.ok).toBe(true);
    expect(await server.tags(upload.key)).toEqual({ a: 'b' });
  });

  test.each([
    [{ tags: () => ({ 'a<b': '1' }) }],
    [{ tags: () => Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, 'x'])) }],
    [{ contentDisposition: () => 'attachment; filename="ü"' }],
    [{ contentDisposition: () => 'a\r\nx-amz-acl: public-read' }],
  ])('that no header can carry is the site’s bug, and nothing is signed (%#)', async (uploads) => {
    const endpoint = site(uploads as any);
    const { status, body } = await endpoint.post('uploads', {
      files: [{ id: '1', name: 'a', sizeBytes: 1, type: '' }],
    });
    expect([status, body.error.code]).toEqual([500, 'internal']);
    expect(endpoint.log[0]?.detail).toMatch(/tags|contentDisposition/);
  });
});

describe('an object that is not to be replaced', () => {
  const rules = { noOverwrite: true, key: ({ name }: { name: string }) => `fixed/${name}` };
  /** A store that heeds the condition when it puts parts together, and one that does not. */
  const STORES = [
    ['conditional', {}],
    ['look-before', { attributes: { ...STORE_PROFILES.local.attributes, ifNoneMatch: 'put' as const } }],
  ] as const;

  test.each(STORES)('stays, whoever comes second (%s)', async (title, less) => {
    for (const inParts of [false, true]) {
      const name = `${title} ${inParts}`;
      const endpoint = site(rules, less);
      const [first, second] = await Promise.all([
        endpoint.announce({ name, ...(inParts && { partSizeBytes: 5_242_880, firstParts: 1 }) }),
        endpoint.announce({ name, ...(inParts && { partSizeBytes: 5_242_880, firstParts: 1 }) }),
      ]);
      expect(first.method).toBe(inParts ? 'multipart' : 'put');
      const send = async (upload: any, text: string) => {
        const bytes = new TextEncoder().encode(text);
        if (inParts) return complete(endpoint, upload, { parts: await sendParts(upload, bytes, 5_242_880) });
        const { status } = await sendSingle(upload, bytes);
        return { status, ...(await complete(endpoint, upload)) };
      };
      expect(await send(first, 'first')).toMatchObject({ ok: true });
      const late = await send(second, 'other');
      expect(late).toMatchObject({ ok: false, error: { code: 'key-taken' } });
      if (!inParts) expect(late.status).toBe(412);
      expect(await server.text(`fixed/${name}`)).toBe('first');
      // Of the loser nothing is left, and the winner may ask again.
      expect(await server.unfinished()).toEqual([]);
      const again = await complete(endpoint, first, inParts ? { parts: [{ partNumber: 1, etag: 'x' }] } : {});
      expect(again).toMatchObject({ ok: true, object: { key: `fixed/${name}` } });
      // A third one is refused before it sends a byte.
      expect(await endpoint.announce({ name })).toMatchObject({ ok: false, error: { code: 'key-taken' } });
    }
  });

  test('is found to be one’s own by who sends it again, because the answer was lost', async () => {
    const endpoint = site(rules);
    const upload = await endpoint.announce({ name: 'twice' });
    expect((await sendSingle(upload, HELLO)).status).toBe(200);
    expect((await sendSingle(upload, HELLO)).status).toBe(412);
    expect(await complete(endpoint, upload)).toMatchObject({ ok: true, object: { sizeBytes: 5 } });
  });

  test('carries the id of its upload, of which the site sees nothing and which no browser can set', async () => {
    const told: any[] = [];
    const endpoint = site(rules, {}, { onUploaded: (upload: any) => void told.push(upload) });
    const { upload } = await uploadText(endpoint, 'hello', { name: 'id', metadata: { a: 'b' } });
    expect((await server.head(upload.key)).Metadata).toEqual({
      a: 'b',
      'bucketdrop-upload': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(told[0].metadata).toEqual({ a: 'b' });
    const forged = await endpoint.announce({ name: 'forged', metadata: { 'Bucketdrop-Upload': 'x' } });
    expect(forged.headers['x-amz-meta-bucketdrop-upload']).toMatch(/^[0-9a-f]{32}$/);
  });

  test('may be ended by the browser only where the store heeds the condition', async () => {
    const parts = { sizeBytes: 5, partSizeBytes: 5_242_880, firstParts: 1 };
    for (const [title, less] of STORES) {
      const endpoint = site(rules, less);
      const upload = await endpoint.announce({ name: `sign ${title}`, ...parts });
      const { status, body } = await endpoint.post('sign', { ticket: upload.ticket, operation: 'complete' });
      if (title === 'conditional') expect(body.headers).toEqual({ 'if-none-match': '*' });
      else expect([status, body.error.code]).toEqual([400, 'bad-request']);
      expect((await endpoint.post('sign', { ticket: upload.ticket, operation: 'abort' })).status).toBe(200);
    }
  });

  test('cannot be promised of a store that is not known to heed it', () => {
    expect(() => site(rules, { attributes: STORE_PROFILES.generic.attributes })).toThrow(/If-None-Match/);
  });
});
