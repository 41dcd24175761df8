// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningCompanion, startCompanion } from '../../../e2e/companion/startCompanion.ts';
import { type RunningBucket, startBucket } from '../../bucket/startBucket.ts';
import {
  AbortAnswer,
  CompleteAnswer,
  ConfigAnswer,
  PartsAnswer,
  UploadedPartsAnswer,
  UploadsAnswer,
} from '../../protocol/messages.ts';
import { fetchCompanion } from './fetchCompanion.ts';

const MIB = 1024 * 1024;
const SMALL = { id: 'a', name: 'a b&c.png', type: 'image/png', sizeBytes: 5, metadata: { album: 'x=y' } };
const LARGE = { id: 'b', name: 'b.mp4', type: 'video/mp4', sizeBytes: 5 * MIB + 1, partSizeBytes: 5 * MIB };

let bucket: RunningBucket;
let companion: RunningCompanion;

beforeAll(async () => {
  bucket = await startBucket({ buckets: ['uploads'] });
  companion = await startCompanion({ ...bucket, endpoint: bucket.url }, 'uploads', bucket.url, [
    'http://page.example',
  ]);
}, 30_000);
afterAll(async () => {
  await companion.stop();
  await bucket.stop();
});

const ask = async (call: string, question?: unknown, server = companion.url) => {
  const init =
    question === undefined ? { method: 'GET' } : { method: 'POST', body: JSON.stringify(question) };
  const response = await fetchCompanion(`${server}/${call}`, init);
  return { status: response.status, body: (await response.json()) as any };
};
const create = async (...files: object[]) => (await ask('uploads', { files })).body.uploads as any[];
const codeOf = ({ status, body }: { status: number; body: any }) => `${status} ${body.error?.code}`;

describe('a real Companion, asked in our protocol', () => {
  it('has a config that limits nothing', async () => {
    const { body } = await ask('config');
    expect(v.is(ConfigAnswer, body)).toBe(true);
    expect(body.restrictions.maxFileSizeBytes).toBeNull();
    expect(body.checksums).toBeUndefined();
  });

  it('takes a file in one request, and signs it again under another key', async () => {
    const [upload] = await create(SMALL);
    expect(v.is(UploadsAnswer, { uploads: [upload] })).toBe(true);
    expect(upload).toMatchObject({ ok: true, id: 'a', method: 'post', expiresInSeconds: 800 });
    expect(upload.fields['x-amz-meta-album']).toBe('x=y');
    const again = await ask('parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
    expect(v.is(PartsAnswer, again.body)).toBe(true);
    const { signed } = again.body.uploads[0];
    expect(signed.fields.key).not.toBe(upload.key);
    const form = new FormData();
    for (const [name, value] of Object.entries<string>(signed.fields)) form.append(name, value);
    form.append('file', new Blob(['five!']));
    expect((await fetch(signed.url, { method: 'POST', body: form })).status).toBe(201);
    const { body } = await ask('complete', { uploads: [{ ticket: upload.ticket, etag: 'e' }] });
    expect(v.is(CompleteAnswer, body)).toBe(true);
    expect(body.uploads[0].object).toEqual({
      key: signed.fields.key,
      sizeBytes: 5,
      etag: 'e',
      type: 'image/png',
      receipt: '',
    });
  });

  it('takes a file in parts', async () => {
    const [{ ticket, key, ...upload }] = await create(LARGE);
    expect(upload).toMatchObject({ ok: true, method: 'multipart', parts: [], partSizeBytes: 5 * MIB });
    const asked = { uploads: [{ ticket, parts: [{ partNumber: 1 }, { partNumber: 2 }] }] };
    const { body: signed } = await ask('parts', asked);
    expect(v.is(PartsAnswer, signed)).toBe(true);
    for (const { url, partNumber } of signed.uploads[0].signed.parts)
      expect(
        (await fetch(url, { method: 'PUT', body: new Uint8Array(partNumber === 1 ? 5 * MIB : 1) })).status,
      ).toBe(200);
    const { body: listed } = await ask('uploaded-parts', { ticket });
    expect(v.is(UploadedPartsAnswer, listed)).toBe(true);
    expect(listed.parts.map((part: any) => part.sizeBytes)).toEqual([5 * MIB, 1]);
    const parts = listed.parts.map(({ partNumber, etag }: any) => ({ partNumber, etag }));
    const { body } = await ask('complete', { uploads: [{ ticket, parts }] });
    expect(body.uploads[0].object).toMatchObject({ key, sizeBytes: 5 * MIB + 1, type: 'video/mp4' });
  });

  it('gives an upload up, and says that it is gone', async () => {
    const [{ ticket }] = await create(LARGE);
    const { body } = await ask('abort', { uploads: [{ ticket }] });
    expect(v.is(AbortAnswer, body)).toBe(true);
    expect(codeOf(await ask('uploaded-parts', { ticket }))).toBe('404 upload-gone');
    const parts = [{ partNumber: 1, etag: '0' }];
    expect(codeOf(await ask('complete', { uploads: [{ ticket, parts }] }))).toBe('404 upload-gone');
  });

  it('answers for each file of a call', async () => {
    const nameless = { ...SMALL, id: 'n', name: '' };
    const uploads = await create(nameless, LARGE);
    expect(uploads.map(({ id, ok }) => [id, ok])).toEqual([
      ['n', false],
      ['b', true],
    ]);
    expect(uploads[0].error).toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('filename'),
    });
    expect(v.is(UploadsAnswer, { uploads })).toBe(true);
    expect(codeOf(await ask('uploads', { files: [nameless] }))).toBe('400 bad-request');
  });

  it.each(['nonsense', '{}', '{"key":1}'])('knows the ticket %s for none of its own', async (ticket) => {
    expect(codeOf(await ask('uploaded-parts', { ticket }))).toBe('403 ticket-invalid');
    expect(codeOf(await ask('abort', { uploads: [{ ticket }] }))).toBe('403 ticket-invalid');
  });

  it.each(['links', 'sign', 'constructor', '__proto__'])('has no call %s', async (call) => {
    expect(codeOf(await ask(call, {}))).toBe('404 not-found');
  });

  it('is told from a server that is no Companion, and from none', async () => {
    expect(codeOf(await ask('uploads', { files: [SMALL] }, bucket.url))).toMatch(
      /^40[34] (forbidden|not-found)$/,
    );
    await expect(ask('uploads', { files: [SMALL] }, 'http://127.0.0.1:9')).rejects.toThrow(TypeError);
  });
});
