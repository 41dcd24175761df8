import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { presign } from './testing/makeClient.ts';
import { Bucket, md5, provideBucket, refused } from './testing/provideBucket.ts';

const test = provideBucket();

describe('objects', () => {
  it.each([
    'plain.txt',
    "dir/a b+c ü(1)&='x'*~!.txt",
    '日本語/😀 #?%.png',
    '100%25',
    '//double//slash/',
    '.../../dots',
    '__proto__',
    'n\u0001\r\n\t"<>&',
    'ü'.repeat(512),
  ])('keeps the key %j', async (Key) => {
    const Body = Buffer.from(`content of ${Key}`);
    const { ETag } = await test.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    expect(ETag).toBe(`"${md5(Body)}"`);
    expect(await test.readBack(Key)).toEqual(Body);
    const { Contents } = await test.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: Key, EncodingType: 'url' }),
    );
    expect(Contents?.map((object) => decodeURIComponent(object.Key ?? ''))).toEqual([Key]);
    await test.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(test.s3.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject(
      refused('NoSuchKey', 404),
    );
    await expect(test.s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject(
      refused('NotFound', 404),
    );
  });

  it('refuses a key of 1,025 bytes', async () => {
    const command = new PutObjectCommand({ Bucket, Key: 'x'.repeat(1025), Body: 'x' });
    await expect(test.s3.send(command)).rejects.toMatchObject(refused('KeyTooLongError', 400));
  });

  it('keeps what is said of an object', async () => {
    const about = {
      ContentType: 'image/png',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a b.png"',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      Metadata: { 'file-name': 'naive%20name', constructor: 'x' },
    };
    await test.s3.send(
      new PutObjectCommand({ Bucket, Key: 'about', Body: 'x', ...about, Tagging: 'a=1&b=two%20words' }),
    );
    const head = await test.s3.send(new HeadObjectCommand({ Bucket, Key: 'about' }));
    expect(head).toMatchObject({ ...about, ContentLength: 1, AcceptRanges: 'bytes' });
    const { TagSet } = await test.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'about' }));
    expect(TagSet).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'two words' },
    ]);
    await test.s3.send(
      new PutObjectTaggingCommand({ Bucket, Key: 'about', Tagging: { TagSet: [{ Key: 'c', Value: '' }] } }),
    );
    const again = await test.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'about' }));
    expect(again.TagSet).toEqual([{ Key: 'c', Value: '' }]);
  });

  it('refuses more than 2 KB of metadata, and tags S3 refuses', async () => {
    const put = (extra: object) =>
      test.s3.send(new PutObjectCommand({ Bucket, Key: 'much', Body: 'x', ...extra }));
    await expect(put({ Metadata: { a: 'x'.repeat(2048) } })).rejects.toMatchObject(
      refused('MetadataTooLarge', 400),
    );
    await expect(put({ Tagging: 'a=1&a=2' })).rejects.toMatchObject(refused('InvalidTag', 400));
  });

  it('answers ranges and parts of them', async () => {
    await test.s3.send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }));
    const get = async (Range: string) => {
      const answer = await test.s3.send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));
      return [answer.$metadata.httpStatusCode, await answer.Body?.transformToString(), answer.ContentRange];
    };
    expect(await get('bytes=2-5')).toEqual([206, '2345', 'bytes 2-5/10']);
    expect(await get('bytes=-3')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await get('bytes=8-')).toEqual([206, '89', 'bytes 8-9/10']);
    expect(await get('bytes=0-1,4-5')).toEqual([200, '0123456789', undefined]);
    await expect(get('bytes=10-')).rejects.toMatchObject(refused('InvalidRange', 416));
  });

  it('lets a signed GET set headers of its answer, but none that would split it', async () => {
    const sign = (ResponseContentDisposition: string) =>
      presign(
        test.s3,
        new GetObjectCommand({
          Bucket,
          Key: 'digits',
          ResponseContentDisposition,
          ResponseContentType: 'text/x',
        }),
      );
    const answer = await fetch(await sign('attachment; filename="ü.txt"'));
    expect(answer.headers.get('content-type')).toBe('text/x');
    expect(Buffer.from(answer.headers.get('content-disposition') ?? '', 'latin1').toString()).toBe(
      'attachment; filename="ü.txt"',
    );
    expect((await fetch(await sign('a\r\nx-evil: 1'))).status).toBe(400);
  });

  it('holds GET to its conditions', async () => {
    const { ETag } = await test.s3.send(new HeadObjectCommand({ Bucket, Key: 'digits' }));
    const get = (extra: object) => test.s3.send(new GetObjectCommand({ Bucket, Key: 'digits', ...extra }));
    expect((await get({ IfMatch: ETag })).ContentLength).toBe(10);
    await expect(get({ IfMatch: '"0"' })).rejects.toMatchObject(refused('PreconditionFailed', 412));
    await expect(get({ IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get({ IfModifiedSince: new Date() })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(get({ IfUnmodifiedSince: new Date(0) })).rejects.toMatchObject(
      refused('PreconditionFailed', 412),
    );
  });

  it('holds PUT to its conditions, of two at once too', async () => {
    const put = (extra: object) =>
      test.s3.send(new PutObjectCommand({ Bucket, Key: 'once', Body: 'x', ...extra }));
    await expect(put({ IfMatch: '"0"' })).rejects.toMatchObject(refused('NoSuchKey', 404));
    const race = await Promise.allSettled([1, 2, 3].map(() => put({ IfNoneMatch: '*' })));
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject(refused('PreconditionFailed', 412));
    await expect(put({ IfMatch: '"0"' })).rejects.toMatchObject(refused('PreconditionFailed', 412));
    expect((await put({ IfMatch: `"${md5(Buffer.from('x'))}"` })).ETag).toBeDefined();
  });

  it('lists in pages and by delimiter, and deletes many at once', async () => {
    const keys = ['l/1', 'l/2', 'l/a/1', 'l/a/2', 'l/b/1'];
    for (const Key of keys) await test.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const seen: unknown[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await test.s3.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter: '/', MaxKeys: 1, ContinuationToken }),
      );
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(['l/1', 'l/2', 'l/a/', 'l/b/']);
    const first = await test.s3.send(new ListObjectsCommand({ Bucket, Prefix: 'l/', Marker: 'l/2' }));
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['l/a/1', 'l/a/2', 'l/b/1']);
    const gone = await test.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [...keys, 'l/none'].map((Key) => ({ Key })) } }),
    );
    expect(gone.Deleted).toHaveLength(6);
    expect((await test.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'l/' }))).KeyCount).toBe(0);
  });
});
