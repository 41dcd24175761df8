// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { GetObjectCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { BucketDropError } from '../protocol/BucketDropError.ts';
import {
  AbortAnswer,
  CompleteAnswer,
  PartsAnswer,
  UploadedPartsAnswer,
  UploadsAnswer,
} from '../protocol/messages.ts';
import { SignAnswer } from '../protocol/signMessages.ts';
import { isStoreProfileName, STORE_PROFILES } from './storeProfiles.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { bytesOf, md5Of, sendParts, sendSingle } from './testing/sendFile.ts';
import type { StoreOptions } from './UploadEndpointOptions.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;
const HELLO = new TextEncoder().encode('hello');
/** Any other S3 server stands in when it is described here, as the endpoint's `store` in JSON. */
const { BUCKETDROP_TEST_STORE } = process.env;

let local: RunningBucket | undefined;
let store: StoreOptions;
let s3: S3Client;

// The SDK's own retries take their time, and a busy machine more.
vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  if (BUCKETDROP_TEST_STORE === undefined) {
    local = await startBucket({ buckets: ['uploads'] });
    const { url: endpoint, region, accessKeyId, secretAccessKey } = local;
    store = { bucket: 'uploads', region, endpoint, accessKeyId, secretAccessKey, profile: 'local' };
  } else {
    store = JSON.parse(BUCKETDROP_TEST_STORE);
  }
  const { endpoint = '', region, accessKeyId = '', secretAccessKey = '' } = store;
  s3 = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
});
afterAll(async () => {
  s3.destroy();
  await local?.stop();
});
beforeEach(() => local?.faults.clear());

const site = (options: Record<string, unknown> = {}) => new EndpointUnderTest({ store, ...options });
/** The same store, as one that takes no forms. */
const putStore = () => {
  const profile = STORE_PROFILES[isStoreProfileName(store.profile) ? store.profile : 'generic'];
  return { store: { ...store, profile: { ...profile, singleRequest: 'put' as const } } };
};
const read = async (Key: string) => {
  const object = await s3.send(new GetObjectCommand({ Bucket: store.bucket, Key }));
  return { ...object, bytes: await object.Body?.transformToByteArray() };
};
const complete = async (endpoint: EndpointUnderTest, upload: any, more = {}) => {
  const { body, status } = await endpoint.post('complete', { uploads: [{ ticket: upload.ticket, ...more }] });
  if (status === 200) expect(v.is(CompleteAnswer, body)).toBe(true);
  return body.uploads?.[0] ?? body;
};
const announceParts = async (endpoint: EndpointUnderTest, sizeBytes: number, more = {}) => {
  const upload = await endpoint.announce({ sizeBytes, partSizeBytes: PART, firstParts: 3, ...more });
  expect(v.is(UploadsAnswer, { uploads: [upload] })).toBe(true);
  return upload;
};

describe('one request', () => {
  const names = [
    'plain.txt',
    "a b+c &='x'*~!(#)?%.txt",
    '日本語 🎉.png',
    '..a',
    '...',
    '..;',
    '%2e%2e',
    '%2F',
    ' both ends ',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
    '${filename}',
    '$5.txt',
    '"quoted" <b>&amp;.txt',
    'a\u0301',
    '\u202Egpj.exe',
    'a;b,c',
    '+',
    '#',
    'x'.repeat(850),
    `${'🎉'.repeat(1000)}.png`,
  ];
  test.each(names)('the name %.40j arrives as it is, by form and by PUT', async (name) => {
    for (const options of [{}, putStore()]) {
      const endpoint = site(options);
      const upload = await endpoint.announce({ name, metadata: { note: ' ünï  "$%" ' } });
      const sent = await sendSingle(upload, HELLO);
      expect(sent.ok ? '' : await sent.text()).toBe('');
      expect(await complete(endpoint, upload)).toMatchObject({
        ok: true,
        object: { key: upload.key, sizeBytes: 5, etag: md5Of(HELLO), type: 'image/jpeg' },
      });
      const stored = await read(upload.key);
      expect(stored.bytes).toEqual(HELLO);
      expect(decodeURIComponent(stored.Metadata?.note ?? '')).toBe(' ünï  "$%" ');
      if (name.length < 900) expect(upload.key.endsWith(`/${name}`)).toBe(true);
    }
  });

  test.each([{}, { store: 'put' }])('an empty file (%j)', async (how) => {
    const endpoint = site('store' in how ? putStore() : {});
    const upload = await endpoint.announce({ sizeBytes: 0, type: '' });
    expect((await sendSingle(upload, new Uint8Array(1))).ok).toBe(false);
    expect((await sendSingle(upload, new Uint8Array(0))).ok).toBe(true);
    const { object } = await complete(endpoint, upload);
    expect(object).toMatchObject({ sizeBytes: 0, type: 'application/octet-stream' });
  });

  const tampered: [title: string, body: Uint8Array<ArrayBuffer>, change: (signed: any) => void][] = [
    ['a longer body', bytesOf(6), () => {}],
    ['a shorter body', bytesOf(4), () => {}],
    ['a much longer body', bytesOf(100_000), () => {}],
    [
      'another type',
      HELLO,
      (signed) => {
        if (signed.fields) signed.fields['Content-Type'] = 'text/html';
        else signed.headers['content-type'] = 'text/html';
      },
    ],
    [
      'another key',
      HELLO,
      (signed) => {
        if (signed.fields) signed.fields.key += 'x';
        else signed.url = signed.url.replace('photo', 'phot0');
      },
    ],
    [
      'another metadata',
      HELLO,
      (signed) => {
        (signed.fields ?? signed.headers)['x-amz-meta-a'] = 'other';
      },
    ],
    [
      'a changed signature',
      HELLO,
      (signed) => {
        const swap = (text: string) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
        if (signed.fields) signed.fields['x-amz-signature'] = swap(signed.fields['x-amz-signature']);
        else signed.url = swap(signed.url);
      },
    ],
    [
      'a longer life',
      HELLO,
      (signed) => {
        if (signed.fields) signed.fields['x-amz-date'] = '20300101T000000Z';
        else signed.url = signed.url.replace('X-Amz-Expires=900', 'X-Amz-Expires=90000');
      },
    ],
  ];
  test.each(tampered)('%s is refused by the bucket', async (_title, body, change) => {
    for (const options of [{}, putStore()]) {
      const endpoint = site(options);
      const upload = await endpoint.announce({ metadata: { a: 'b' } });
      const refused = await sendSingle(upload, body, change);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(refused.status).toBeLessThan(500);
      expect(await complete(endpoint, upload)).toMatchObject({
        ok: false,
        error: { code: 'object-missing' },
      });
    }
  });

  test.each(['GET', 'DELETE', 'POST'])('a PUT turned into %s is refused', async (verb) => {
    const upload = await site(putStore()).announce();
    const body = verb === 'GET' ? undefined : HELLO;
    const response = await fetch(upload.url, {
      method: verb,
      headers: upload.headers,
      ...(body && { body }),
    });
    expect([403, 405]).toContain(response.status);
  });

  test('after its life it is refused, and signed again it is good', async () => {
    for (const options of [{}, putStore()]) {
      const upload = await site({ ...options, now: () => Date.now() - 901_000 }).announce();
      expect((await sendSingle(upload, HELLO)).status).toBe(403);
      const endpoint = site(options);
      const { body } = await endpoint.post('parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
      expect(v.is(PartsAnswer, body)).toBe(true);
      expect((await sendSingle(body.uploads[0].signed, HELLO)).ok).toBe(true);
      expect(await complete(endpoint, upload)).toMatchObject({ ok: true });
    }
  });

  test('another ETag than the browser saw is a mismatch', async () => {
    const endpoint = site();
    const upload = await endpoint.announce();
    await sendSingle(upload, HELLO);
    expect(await complete(endpoint, upload, { etag: `"${md5Of(HELLO)}"` })).toMatchObject({ ok: true });
    expect(await complete(endpoint, upload, { etag: md5Of(bytesOf(5)) })).toMatchObject({
      error: { code: 'object-mismatch' },
    });
  });

  test('abort leaves what is stored alone', async () => {
    const endpoint = site();
    const upload = await endpoint.announce();
    await sendSingle(upload, HELLO);
    const { status, body } = await endpoint.post('abort', { uploads: [{ ticket: upload.ticket }] });
    expect([status, body]).toEqual([200, { uploads: [{ ok: true }] }]);
    expect((await read(upload.key)).bytes).toEqual(HELLO);
  });
});

describe('many parts', () => {
  test('arrive in one piece, and everything may be asked twice', async () => {
    const told: any[] = [];
    const onUploaded = (upload: any) => told.push(upload) && { row: told.length };
    const endpoint = site({ onUploaded });
    const file = bytesOf(2 * PART + 7);
    const upload = await announceParts(endpoint, file.length, {
      name: 'fílm.mp4',
      type: 'video/mp4',
      metadata: { a: 'é' },
    });
    expect(upload.parts.map((part: any) => part.partNumber)).toEqual([1, 2, 3]);
    const parts = await sendParts(upload, file, PART);

    const listed = await endpoint.post('uploaded-parts', { ticket: upload.ticket });
    expect(v.is(UploadedPartsAnswer, listed.body)).toBe(true);
    expect(listed.body.parts).toEqual(
      parts.map(({ partNumber, etag }, index) => ({
        partNumber,
        etag: etag.replaceAll('"', ''),
        sizeBytes: index < 2 ? PART : 7,
      })),
    );

    const first = await complete(endpoint, upload, { parts });
    expect(first).toMatchObject({
      ok: true,
      object: { key: upload.key, sizeBytes: file.length, type: 'video/mp4', data: { row: 1 } },
    });
    expect(first.object.etag).toMatch(/^[0-9a-f]{32}-3$/);
    expect(md5Of((await read(upload.key)).bytes ?? HELLO)).toBe(md5Of(file));
    const again = await complete(endpoint, upload, { parts: [...parts].reverse() });
    expect(again.object).toEqual(first.object);
    // A copy that knows nothing of it looks at the bucket, and tells the site again.
    const elsewhere = await complete(site({ onUploaded }), upload, { parts: [...parts].reverse() });
    expect(elsewhere.object).toMatchObject({ key: upload.key, etag: first.object.etag, data: { row: 2 } });
    expect(told[0]).toMatchObject({ bucket: 'uploads', key: upload.key, metadata: { a: 'é' }, user: null });
    expect(told[0].receipt).toBe(first.object.receipt);

    for (let times = 0; times < 2; times += 1) {
      const aborted = await endpoint.post('abort', { uploads: [{ ticket: upload.ticket }] });
      expect(v.is(AbortAnswer, aborted.body)).toBe(true);
      expect(aborted.body).toEqual({ uploads: [{ ok: true }] });
    }
    expect((await complete(endpoint, upload, { parts })).ok).toBe(true);
    const gone = await endpoint.post('uploaded-parts', { ticket: upload.ticket });
    expect([gone.status, gone.body.error.code]).toEqual([404, 'upload-gone']);
  });

  test('of a wrong length are refused by the bucket, each', async () => {
    const upload = await announceParts(site(), PART + 7);
    const [first, last] = upload.parts;
    for (const [part, length] of [
      [first, PART - 1],
      [first, PART + 1],
      [last, 6],
      [last, 8],
    ] as const) {
      const response = await fetch(part.url, { method: 'PUT', headers: part.headers, body: bytesOf(length) });
      expect([part.partNumber, length, response.status]).toEqual([part.partNumber, length, 403]);
    }
    const swapped = await fetch(last.url.replace('partNumber=2', 'partNumber=1'), {
      method: 'PUT',
      body: bytesOf(7),
    });
    expect(swapped.status).toBe(403);
    await site().post('abort', { uploads: [{ ticket: upload.ticket }] });
  });

  test('are signed with the MD5 of their bytes on request', async () => {
    const endpoint = site();
    const file = bytesOf(PART + 7);
    const upload = await announceParts(endpoint, file.length, { firstParts: 0 });
    expect(upload.parts).toEqual([]);
    const checksum = Buffer.from(md5Of(file.subarray(PART)), 'hex').toString('base64');
    const ask = (parts: any[]) => endpoint.post('parts', { uploads: [{ ticket: upload.ticket, parts }] });
    const { body } = await ask([{ partNumber: 2, checksum }]);
    const [part] = body.uploads[0].signed.parts;
    expect(part.headers).toEqual({ 'content-md5': checksum });
    const put = (bytes: Uint8Array<ArrayBuffer>) =>
      fetch(part.url, { method: 'PUT', headers: part.headers, body: bytes });
    expect((await put(bytesOf(7, 9))).status).toBe(400);
    expect((await put(file.subarray(PART))).status).toBe(200);
    for (const bad of [[{ partNumber: 3 }], [{ partNumber: 1, checksum: 'AAAAAA==' }]]) {
      const refused = await ask(bad);
      expect([refused.status, refused.body.error.code]).toEqual([400, 'bad-request']);
    }
    await endpoint.post('abort', { uploads: [{ ticket: upload.ticket }] });
  });

  test('that are not all there make no object', async () => {
    const endpoint = site();
    const file = bytesOf(PART + 7);
    const upload = await announceParts(endpoint, file.length);
    const [one, two] = await sendParts(upload, file, PART);
    const codes = [];
    for (const parts of [
      [one],
      [two],
      [one, one],
      [one, two, { ...two, partNumber: 3 }],
      [one, { ...two, etag: md5Of(HELLO) }],
    ]) {
      codes.push((await complete(endpoint, upload, { parts })).error?.code);
    }
    expect(codes).toEqual([
      'parts-incomplete',
      'parts-incomplete',
      'parts-incomplete',
      'parts-incomplete',
      'part-refused',
    ]);
    expect((await complete(endpoint, upload, { parts: [one, two] })).ok).toBe(true);
  });

  test('of an aborted upload are gone, and no upload is left behind', async () => {
    const endpoint = site();
    const upload = await announceParts(endpoint, PART + 7);
    const parts = await sendParts(upload, bytesOf(PART + 7), PART);
    for (let times = 0; times < 2; times += 1) {
      const { body } = await endpoint.post('abort', { uploads: [{ ticket: upload.ticket }] });
      expect(body).toEqual({ uploads: [{ ok: true }] });
    }
    expect((await complete(endpoint, upload, { parts })).error.code).toBe('upload-gone');
    const { status, body } = await endpoint.post('uploaded-parts', { ticket: upload.ticket });
    expect([status, body.error.code]).toEqual([404, 'upload-gone']);
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: store.bucket }));
    expect(Uploads.filter(({ Key }) => Key === upload.key)).toEqual([]);
  });
});

describe('sign', () => {
  const ask = async (endpoint: EndpointUnderTest, upload: any, operation: string) => {
    const answer = await endpoint.post('sign', { ticket: upload.ticket, operation });
    if (answer.status === 200) expect(v.is(SignAnswer, answer.body)).toBe(true);
    return answer;
  };

  test('lets the browser end an upload by itself, and complete looks at the result', async () => {
    const endpoint = site();
    const file = bytesOf(PART + 7);
    const upload = await announceParts(endpoint, file.length);
    const parts = await sendParts(upload, file, PART);
    const { body: list } = await ask(endpoint, upload, 'list-parts');
    expect(await (await fetch(list.url, { method: list.method })).text()).toMatch(/<PartNumber>2</);
    const { body: join } = await ask(endpoint, upload, 'complete');
    const xml = parts.map(
      (part) => `<Part><PartNumber>${part.partNumber}</PartNumber><ETag>${part.etag}</ETag></Part>`,
    );
    const joined = await fetch(join.url, {
      method: join.method,
      body: `<CompleteMultipartUpload>${xml.join('')}</CompleteMultipartUpload>`,
    });
    expect(joined.status).toBe(200);
    expect(await complete(endpoint, upload)).toMatchObject({ ok: true, object: { sizeBytes: file.length } });
  });

  test('does not let it pass off half of the file as the whole', async () => {
    const endpoint = site();
    const upload = await announceParts(endpoint, PART + 7);
    const [first] = await sendParts(upload, bytesOf(PART + 7), PART);
    const { body } = await ask(endpoint, upload, 'complete');
    const part = `<Part><PartNumber>1</PartNumber><ETag>${first.etag}</ETag></Part>`;
    const half = `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`;
    const joined = await fetch(body.url, { method: body.method, body: half });
    // Ceph refuses by itself what leaves out parts that it holds; S3 makes the smaller object.
    const code = joined.status === 200 ? 'object-mismatch' : 'object-missing';
    expect(await complete(endpoint, upload)).toMatchObject({ ok: false, error: { code } });
    await endpoint.post('abort', { uploads: [{ ticket: upload.ticket }] });
  });

  test('ends an upload, and is no use for another one or for a single request', async () => {
    const endpoint = site();
    const [upload, other] = [await announceParts(endpoint, PART), await announceParts(endpoint, PART)];
    const { body } = await ask(endpoint, upload, 'abort');
    const idOf = (signed: any) => new URL(signed.parts[0].url).searchParams.get('uploadId') ?? '';
    const turned = body.url.replace(encodeURIComponent(idOf(upload)), encodeURIComponent(idOf(other)));
    expect(turned).not.toBe(body.url);
    expect((await fetch(turned, { method: body.method })).status).toBe(403);
    expect((await fetch(body.url, { method: body.method })).status).toBe(204);
    await endpoint.post('abort', { uploads: [{ ticket: other.ticket }] });
    const refused = await ask(endpoint, await endpoint.announce(), 'abort');
    expect([refused.status, refused.body.error.code]).toEqual([400, 'bad-request']);
  });
});

describe('a hundred at once', () => {
  test('are answered in order, forms and parts mixed', async () => {
    const endpoint = site();
    const files = Array.from({ length: 100 }, (_, index) => ({
      id: `file ${index}`,
      name: `${index}.bin`,
      type: '',
      ...(index % 10 === 0 ? { sizeBytes: PART, partSizeBytes: PART } : { sizeBytes: index }),
    }));
    const { body } = await endpoint.post('uploads', { files });
    expect(body.uploads.map((upload: any) => upload.id)).toEqual(files.map((file) => file.id));
    expect(body.uploads.map((upload: any) => upload.ok)).toEqual(files.map(() => true));
    expect(new Set(body.uploads.map((upload: any) => upload.key)).size).toBe(100);
    const uploads = body.uploads.map(({ ticket }: any) => ({ ticket }));
    expect((await endpoint.post('abort', { uploads })).body.uploads).toEqual(files.map(() => ({ ok: true })));
    const missing = await endpoint.post('complete', { uploads });
    expect(new Set(missing.body.uploads.map((one: any) => one.error.code))).toEqual(
      new Set(['object-missing']),
    );
  });
});

describe('the site is told', () => {
  const upload = async (endpoint: EndpointUnderTest) => {
    const announced = await endpoint.announce();
    await sendSingle(announced, HELLO);
    return announced;
  };

  test('with a receipt that only this endpoint could have written', async () => {
    const endpoint = site();
    const { object } = await complete(endpoint, await upload(endpoint));
    const receipt = await endpoint.endpoint.verifyReceipt(object.receipt);
    expect(receipt).toEqual({
      bucket: 'uploads',
      key: object.key,
      kind: null,
      sizeBytes: 5,
      etag: md5Of(HELLO),
      type: 'image/jpeg',
      userId: null,
      issuedAt: expect.any(Date),
    });
    const stranger = site({ secret: 'another secret, and long enough too' });
    await expect(stranger.endpoint.verifyReceipt(object.receipt)).rejects.toMatchObject({
      code: 'ticket-invalid',
    });
    const { ticket } = await endpoint.announce();
    await expect(endpoint.endpoint.verifyReceipt(ticket)).rejects.toMatchObject({ code: 'ticket-invalid' });
    const answer = await endpoint.post('complete', { uploads: [{ ticket: object.receipt }] });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'ticket-invalid']);
  });

  test.each<[string, () => unknown, string]>([
    [
      'refuses',
      () => {
        throw new BucketDropError('file-refused', 'a virus');
      },
      'file-refused',
    ],
    [
      'breaks',
      () => {
        throw new Error('database down');
      },
      'internal',
    ],
    ['says what is no JSON', () => 1n, 'internal'],
  ])('and where its hook %s, the upload is not reported as finished', async (_title, onUploaded, code) => {
    const endpoint = site({ onUploaded });
    const answer = await complete(endpoint, await upload(endpoint));
    expect(answer.error.code).toBe(code);
    expect(JSON.stringify(answer)).not.toMatch(/database|receipt/);
  });
});
