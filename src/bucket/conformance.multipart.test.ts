import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { digestOf } from './checksum/createDigest.ts';
import { codeOf, presign } from './testing/makeClient.ts';
import { Bucket, md5, provideBucket, refused } from './testing/provideBucket.ts';

const MIB = 1024 * 1024;
const test = provideBucket();

describe('multipart uploads', () => {
  const create = async (Key: string, extra: object = {}) => {
    const { UploadId } = await test.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...extra }));
    return { Bucket, Key, UploadId };
  };
  type Target = Awaited<ReturnType<typeof create>>;
  const send = async (
    target: Target,
    PartNumber: number,
    Body: Buffer | string,
    extra: object = {},
  ): Promise<CompletedPart> => {
    const { ETag, ChecksumCRC32, ChecksumSHA256 } = await test.s3.send(
      new UploadPartCommand({
        ...target,
        PartNumber,
        Body: typeof Body === 'string' ? Buffer.from(Body) : Body,
        ...extra,
      }),
    );
    return { PartNumber, ETag, ChecksumCRC32, ChecksumSHA256 };
  };
  const complete = (target: Target, Parts: CompletedPart[], extra: object = {}) =>
    test.s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...extra }));

  it('puts parts together, whatever the order they came in, and says so twice', async () => {
    const target = await create('multi', { ContentType: 'video/mp4', Metadata: { a: 'b' } });
    const bodies = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(1000)];
    const [third, first, second] = [
      await send(target, 30, bodies[2] as Buffer),
      await send(target, 1, bodies[0] as Buffer),
      await send(target, 2, bodies[1] as Buffer),
    ];
    const parts = [first, second, third];
    const etag = `"${md5(Buffer.concat(bodies.map((body) => Buffer.from(md5(body), 'hex'))))}-3"`;
    const location = `${test.bucket.url}/demo/multi`;
    expect(await complete(target, parts)).toMatchObject({
      ETag: etag,
      Location: location,
      Key: 'multi',
      Bucket,
    });
    expect(await complete(target, parts)).toMatchObject({ ETag: etag });
    await test.expectStored('multi', Buffer.concat(bodies));
    const head = await test.s3.send(new HeadObjectCommand({ Bucket, Key: 'multi', PartNumber: 2 }));
    expect(head).toMatchObject({
      ETag: etag,
      ContentType: 'video/mp4',
      Metadata: { a: 'b' },
      PartsCount: 3,
      ContentLength: 5 * MIB,
    });
    await expect(send(target, 4, 'x')).rejects.toMatchObject(refused('NoSuchUpload', 404));
  });

  it('replaces a part that comes again, and leaves out what is not named', async () => {
    const target = await create('again');
    await send(target, 1, 'old');
    await send(target, 2, 'left out');
    const part = await send(target, 1, 'newer');
    await complete(target, [part]);
    expect((await test.readBack('again')).toString()).toBe('newer');
  });

  it('refuses what S3 refuses of a list of parts', async () => {
    const target = await create('refusals');
    const [one, two] = [await send(target, 1, 'small'), await send(target, 2, 'x')];
    const wrong = { ...one, ETag: `"${'0'.repeat(32)}"` };
    const attempts: Array<[CompletedPart[], string]> = [
      [[one, two], 'EntityTooSmall'],
      [[two, one], 'InvalidPartOrder'],
      [[one, one], 'InvalidPartOrder'],
      [[wrong], 'InvalidPart'],
      [[one, { ...two, PartNumber: 9 }], 'InvalidPart'],
      [[{ ...one, PartNumber: 10_001 }], 'InvalidArgument'],
      [[], 'MalformedXML'],
    ];
    for (const [parts, name] of attempts) {
      await expect(complete(target, parts), name).rejects.toMatchObject(refused(name, 400));
    }
    const url = await presign(test.s3, new CompleteMultipartUploadCommand(target));
    for (const body of ['', '<x/>', '<CompleteMultipartUpload><Part/></CompleteMultipartUpload>']) {
      const answer = await fetch(url, { method: 'POST', body });
      expect([answer.status, codeOf(await answer.text())]).toEqual([400, 'MalformedXML']);
    }
    await expect(complete(target, [two], { MpuObjectSize: 2 })).rejects.toMatchObject(
      refused('InvalidRequest', 400),
    );
    expect((await complete(target, [two], { MpuObjectSize: 1 })).ETag).toMatch(/-1"$/);
  });

  it('stores no part of an upload that is aborted while the part comes in', async () => {
    const target = await create('aborted');
    const id = test.bucket.faults.add({ fault: 'stall', operation: 'UploadPart', delayMs: 300, times: 1 });
    const sending = expect(send(target, 1, 'half')).rejects.toMatchObject(refused('NoSuchUpload', 404));
    await expect.poll(() => test.bucket.faults.fired(id)).toBe(1);
    await test.s3.send(new AbortMultipartUploadCommand(target));
    await sending;
  });

  it('lets of several Completes at once only one happen, and tells all of it', async () => {
    const target = await create('race');
    const part = await send(target, 1, 'x');
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => complete(target, [part])));
    expect(new Set(outcomes.map(({ ETag }) => ETag)).size).toBe(1);
    expect((await test.readBack('race')).toString()).toBe('x');
  });

  it.each([0, 10_001, -1])('refuses part number %i', async (PartNumber) => {
    const target = await create('numbers');
    await expect(send(target, PartNumber, 'x')).rejects.toMatchObject(refused('InvalidArgument', 400));
  });

  it('knows no upload that it did not begin, for another key, or that was aborted', async () => {
    const target = await create('known');
    await expect(send({ ...target, UploadId: '../../x' }, 1, 'x')).rejects.toMatchObject(
      refused('NoSuchUpload', 404),
    );
    await expect(send({ ...target, Key: 'other' }, 1, 'x')).rejects.toMatchObject(
      refused('NoSuchUpload', 404),
    );
    await send(target, 1, 'x');
    await test.s3.send(new AbortMultipartUploadCommand(target));
    await expect(send(target, 2, 'x')).rejects.toMatchObject(refused('NoSuchUpload', 404));
    await expect(test.s3.send(new ListPartsCommand(target))).rejects.toMatchObject(
      refused('NoSuchUpload', 404),
    );
    await expect(test.s3.send(new AbortMultipartUploadCommand(target))).rejects.toMatchObject(
      refused('NoSuchUpload', 404),
    );
  });

  it('lists parts in pages, and unfinished uploads', async () => {
    const target = await create('pages/one');
    const other = await create('pages/two');
    for (const number of [7, 5, 3, 2, 1]) await send(target, number, `part ${number}`);
    const seen: unknown[] = [];
    let PartNumberMarker: string | undefined;
    do {
      const page = await test.s3.send(new ListPartsCommand({ ...target, MaxParts: 2, PartNumberMarker }));
      seen.push(page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]));
      PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (PartNumberMarker !== undefined);
    expect(seen).toEqual([
      [
        [1, 6],
        [2, 6],
      ],
      [
        [3, 6],
        [5, 6],
      ],
      [[7, 6]],
    ]);
    const first = await test.s3.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: 'pages/', MaxUploads: 1 }),
    );
    expect(first.Uploads?.map(({ UploadId }) => UploadId)).toEqual([target.UploadId]);
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = first;
    const second = await test.s3.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: 'pages/', KeyMarker, UploadIdMarker }),
    );
    expect(second.Uploads?.map(({ UploadId }) => UploadId)).toEqual([other.UploadId]);
    expect(second.IsTruncated).toBe(false);
  });

  it('honours If-None-Match at Complete, and lets it be tried again', async () => {
    await test.s3.send(new PutObjectCommand({ Bucket, Key: 'taken', Body: 'first' }));
    const target = await create('taken');
    const part = await send(target, 1, 'second');
    await expect(complete(target, [part], { IfNoneMatch: '*' })).rejects.toMatchObject(
      refused('PreconditionFailed', 412),
    );
    expect((await test.readBack('taken')).toString()).toBe('first');
    await test.s3.send(new DeleteObjectCommand({ Bucket, Key: 'taken' }));
    await complete(target, [part], { IfNoneMatch: '*' });
    expect((await test.readBack('taken')).toString()).toBe('second');
  });

  it('combines CRCs of parts to that of the object', async () => {
    const target = await create('full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const bodies = [randomBytes(5 * MIB), randomBytes(777)];
    const parts = [await send(target, 1, bodies[0] as Buffer), await send(target, 2, bodies[1] as Buffer)];
    const whole = (await digestOf('CRC32', Buffer.concat(bodies))).toString('base64');
    const options = { ChecksumType: 'FULL_OBJECT' };
    const wrong = complete(target, parts, { ...options, ChecksumCRC32: 'AAAAAA==' });
    await expect(wrong).rejects.toMatchObject(refused('BadDigest', 400));
    const other = complete(target, parts, { ChecksumType: 'COMPOSITE' });
    await expect(other).rejects.toMatchObject(refused('InvalidRequest', 400));
    expect(await complete(target, parts, { ...options, ChecksumCRC32: whole })).toMatchObject({
      ChecksumCRC32: whole,
      ...options,
    });
    const head = await test.s3.send(new HeadObjectCommand({ Bucket, Key: 'full', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ChecksumCRC32: whole, ChecksumType: 'FULL_OBJECT' });
  });

  it('makes a composite checksum of SHA-256, for which every part must bring its own', async () => {
    const target = await create('composite', { ChecksumAlgorithm: 'SHA256' });
    await expect(send(target, 1, 'x')).rejects.toMatchObject(refused('InvalidRequest', 400));
    await expect(send(target, 1, 'x', { ChecksumAlgorithm: 'CRC32' })).rejects.toMatchObject(
      refused('InvalidRequest', 400),
    );
    const bodies = [randomBytes(5 * MIB), Buffer.from('end')];
    const own = { ChecksumAlgorithm: 'SHA256' };
    const parts = [
      await send(target, 1, bodies[0] as Buffer, own),
      await send(target, 2, bodies[1] as Buffer, own),
    ];
    const without = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    await expect(complete(target, without)).rejects.toMatchObject(refused('InvalidRequest', 400));
    const wrong = parts.map((part) => ({ ...part, ChecksumSHA256: parts[0]?.ChecksumSHA256 }));
    await expect(complete(target, wrong)).rejects.toMatchObject(refused('InvalidPart', 400));
    const digests = await Promise.all(bodies.map((body) => digestOf('SHA256', body)));
    const value = `${(await digestOf('SHA256', Buffer.concat(digests))).toString('base64')}-2`;
    expect(await complete(target, parts)).toMatchObject({ ChecksumSHA256: value, ChecksumType: 'COMPOSITE' });
  });

  it.each([
    [{ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }],
    [{ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }],
    [{ ChecksumType: 'FULL_OBJECT' }],
    [{ ChecksumAlgorithm: 'ADLER' }],
  ])('begins no upload with %o', async (options) => {
    await expect(create('never', options)).rejects.toMatchObject(refused('InvalidRequest', 400));
  });
});
