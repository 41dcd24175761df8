import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Sha256 } from '@aws-crypto/sha256-js';
import {
  ChecksumAlgorithm,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { digestOf } from './checksum/createDigest.ts';
import { codeOf, makeClient, presign } from './testing/makeClient.ts';
import { Bucket, provideBucket, refused } from './testing/provideBucket.ts';

const MIB = 1024 * 1024;
const test = provideBucket();

describe('checksums of single requests', () => {
  const Body = Buffer.from('checksum me please '.repeat(50));

  it.each(Object.values(ChecksumAlgorithm).filter((name) => !/XXHASH|MD5|SHA512/.test(name)))(
    'verifies %s, and reports it',
    async (algorithm) => {
      const field = `Checksum${algorithm}`;
      const value = (await digestOf(algorithm as 'CRC32', Body)).toString('base64');
      const other = (await digestOf(algorithm as 'CRC32', Buffer.from('other'))).toString('base64');
      const put = (sum: string) =>
        test.s3.send(new PutObjectCommand({ Bucket, Key: `sum-${algorithm}`, Body, [field]: sum }));
      expect(await put(value)).toMatchObject({ [field]: value, ChecksumType: 'FULL_OBJECT' });
      await expect(put(other)).rejects.toMatchObject(refused('BadDigest', 400));
      await expect(put('AAA=')).rejects.toMatchObject(refused('InvalidRequest', 400));
      const head = (mode: object) =>
        test.s3.send(new HeadObjectCommand({ Bucket, Key: `sum-${algorithm}`, ...mode }));
      expect(await head({ ChecksumMode: 'ENABLED' })).toMatchObject({ [field]: value });
      expect((await head({}))[field as 'ChecksumCRC32']).toBeUndefined();
    },
  );

  it('verifies Content-MD5', async () => {
    const url = await presign(test.s3, new PutObjectCommand({ Bucket, Key: 'md5' }));
    const put = async (value: string) => {
      const answer = await fetch(url, { method: 'PUT', body: Body, headers: { 'content-md5': value } });
      return [answer.status, codeOf(await answer.text())];
    };
    const right = createHash('md5').update(Body).digest('base64');
    expect(await put(right)).toEqual([200, undefined]);
    expect(await put(createHash('md5').digest('base64'))).toEqual([400, 'BadDigest']);
    expect(await put('garbage')).toEqual([400, 'InvalidDigest']);
  });

  it('takes what newer SDKs send by themselves: CRC32 in a header, or behind a stream', async () => {
    const modern = makeClient(test.bucket, {
      requestChecksumCalculation: 'WHEN_SUPPORTED',
      responseChecksumValidation: 'WHEN_SUPPORTED',
    });
    await modern.send(new PutObjectCommand({ Bucket, Key: 'modern', Body }));
    const big = randomBytes(3 * MIB);
    const stream = Readable.from([big.subarray(0, 1000), big.subarray(1000)]);
    const stored = await modern.send(
      new PutObjectCommand({ Bucket, Key: 'stream', Body: stream, ContentLength: big.length }),
    );
    expect(stored.ChecksumCRC32).toBe((await digestOf('CRC32', big)).toString('base64'));
    await test.expectStored('stream', big);
    const head = await test.s3.send(new HeadObjectCommand({ Bucket, Key: 'stream' }));
    expect(head.ContentEncoding).toBeUndefined();
    const { Body: back } = await modern.send(new GetObjectCommand({ Bucket, Key: 'modern' }));
    expect(Buffer.from((await back?.transformToByteArray()) ?? [])).toEqual(Body);
  });

  it('refuses a body that is not the one that was signed', async () => {
    const { accessKeyId, secretAccessKey, region, port } = test.bucket;
    const signer = new SignatureV4({
      service: 's3',
      region,
      credentials: { accessKeyId, secretAccessKey },
      sha256: Sha256,
      uriEscapePath: false,
    });
    const signed = await signer.sign(
      new HttpRequest({
        method: 'PUT',
        hostname: '127.0.0.1',
        path: '/demo/tampered',
        headers: { host: `127.0.0.1:${port}` },
        body: 'original body',
      }),
    );
    const send = async (body: string) => {
      const answer = await fetch(`${test.bucket.url}/demo/tampered`, {
        method: 'PUT',
        headers: signed.headers,
        body,
      });
      return [answer.status, codeOf(await answer.text())];
    };
    expect(await send('tampered body')).toEqual([400, 'XAmzContentSHA256Mismatch']);
    await expect(test.readBack('tampered')).rejects.toMatchObject(refused('NoSuchKey', 404));
    expect(await send('original body')).toEqual([200, undefined]);
  });

  it('refuses a PUT that does not say how long it is', async () => {
    const url = await presign(test.s3, new PutObjectCommand({ Bucket, Key: 'unsized' }));
    const body = Readable.toWeb(Readable.from([Buffer.from('x')])) as unknown as BodyInit;
    const answer = await fetch(url, { method: 'PUT', body, duplex: 'half' } as RequestInit);
    expect([answer.status, codeOf(await answer.text())]).toEqual([411, 'MissingContentLength']);
  });
});

describe('presigned requests', () => {
  it('hold the sender to the exact length, type and checksum that were signed', async () => {
    const names = ['content-length', 'content-type', 'x-amz-checksum-crc32'];
    const value = (await digestOf('CRC32', Buffer.from('12345'))).toString('base64');
    const command = new PutObjectCommand({
      Bucket,
      Key: 'exact',
      ContentLength: 5,
      ContentType: 'image/png',
      ChecksumCRC32: value,
    });
    const url = await presign(test.s3, command, {
      signableHeaders: new Set(['host', ...names]),
      unhoistableHeaders: new Set(names),
    });
    const put = async (body: string, change: Record<string, string> = {}) => {
      const answer = await fetch(url, {
        method: 'PUT',
        body,
        headers: { 'content-type': 'image/png', 'x-amz-checksum-crc32': value, ...change },
      });
      return [answer.status, codeOf(await answer.text())];
    };
    expect(await put('12345')).toEqual([200, undefined]);
    expect(await put('1234567890')).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await put('54321')).toEqual([400, 'BadDigest']);
    expect(await put('12345', { 'content-type': 'text/html' })).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await put('12345', { 'x-amz-checksum-crc32': 'AAAAAA==' })).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
    expect(await put('12345', { 'x-amz-meta-sneak': '1' })).toEqual([403, 'AccessDenied']);
  });

  it('carry metadata and tags in the query, where a checksum means nothing', async () => {
    const command = new PutObjectCommand({
      Bucket,
      Key: 'hoisted',
      Metadata: { name: 'a b' },
      Tagging: 'a=1',
      ChecksumCRC32: 'AAAAAA==',
    });
    expect((await fetch(await presign(test.s3, command), { method: 'PUT', body: 'x' })).status).toBe(200);
    const head = await test.s3.send(
      new HeadObjectCommand({ Bucket, Key: 'hoisted', ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({ Metadata: { name: 'a b' } });
    expect(head.ChecksumCRC32).toBeUndefined();
    expect((await test.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'hoisted' }))).TagSet).toEqual([
      { Key: 'a', Value: '1' },
    ]);
  });

  it('are good for one region, key, method and secret only', async () => {
    const put = new PutObjectCommand({ Bucket, Key: 'bound' });
    const outcome = async (url: string, method = 'PUT') => {
      const answer = await fetch(url, { method, ...(method === 'PUT' && { body: 'x' }) });
      return codeOf(await answer.text());
    };
    const { accessKeyId } = test.bucket;
    const stranger = makeClient(test.bucket, { credentials: { accessKeyId, secretAccessKey: 'guessed' } });
    const url = await presign(test.s3, put);
    expect(await outcome(url.replace('/bound', '/other'))).toBe('SignatureDoesNotMatch');
    expect(await outcome(url, 'DELETE')).toBe('SignatureDoesNotMatch');
    expect(await outcome(`${url}&x-amz-acl=public-read`)).toBe('SignatureDoesNotMatch');
    expect(await outcome(await presign(stranger, put))).toBe('SignatureDoesNotMatch');
    expect(await outcome(await presign(makeClient(test.bucket, { region: 'eu-central-1' }), put))).toBe(
      'AuthorizationQueryParametersError',
    );
    expect(await outcome(url)).toBeUndefined();
  });
});
