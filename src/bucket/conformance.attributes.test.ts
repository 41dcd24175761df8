import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { Bucket, md5, provideBucket, refused } from './testing/provideBucket.ts';

const server = provideBucket();
type Attributes = Omit<PutObjectCommandInput, 'Bucket' | 'Key' | 'Body'>;
const put = (Key: string, more: Attributes) =>
  server.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'hello', ...more }));
const head = (Key: string) => server.s3.send(new HeadObjectCommand({ Bucket, Key }));
const putInParts = async (Key: string, more: Attributes) => {
  const { UploadId, ...created } = await server.s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ...more } as { Bucket: string; Key: string }),
  );
  const part = await server.s3.send(
    new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'hello' }),
  );
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
  const done = await server.s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }),
  );
  return { created, part, done };
};

describe('what is stored with an object', () => {
  const all: Attributes = {
    CacheControl: 'max-age=5',
    ContentDisposition: 'attachment',
    StorageClass: 'STANDARD_IA',
    ServerSideEncryption: 'AES256',
    ACL: 'public-read',
    Tagging: 'a=1&b=c%20d',
  };
  const told = {
    CacheControl: 'max-age=5',
    ContentDisposition: 'attachment',
    StorageClass: 'STANDARD_IA',
    ServerSideEncryption: 'AES256',
  };

  it.each([
    ['in one piece', put],
    ['in parts', putInParts],
  ] as const)('is told again of one that came %s', async (title, send) => {
    await send(title, all);
    expect(await head(title)).toMatchObject(told);
    const { TagSet } = await server.s3.send(new GetObjectTaggingCommand({ Bucket, Key: title }));
    expect(TagSet).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'c d' },
    ]);
    const { Grants = [] } = await server.s3.send(new GetObjectAclCommand({ Bucket, Key: title }));
    expect(Grants.map((grant) => [grant.Grantee?.URI, grant.Permission])).toContainEqual([
      'http://acs.amazonaws.com/groups/global/AllUsers',
      'READ',
    ]);
  });

  it('is nothing where nothing was asked for, and STANDARD is not told', async () => {
    await put('plain', { StorageClass: 'STANDARD' });
    const { StorageClass, ServerSideEncryption, ETag } = await head('plain');
    expect([StorageClass, ServerSideEncryption, ETag]).toEqual([undefined, undefined, `"${md5('hello')}"`]);
  });

  it('gives an ETag that is no MD5 where KMS encrypts, and echoes the encryption', async () => {
    const kms: Attributes = {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'key-1',
      SSEKMSEncryptionContext: Buffer.from('{"site":"a"}').toString('base64'),
      BucketKeyEnabled: true,
    };
    const echo = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-1', BucketKeyEnabled: true };
    const stored = await put('kms', kms);
    expect(stored).toMatchObject(echo);
    expect(stored.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(stored.ETag).not.toBe(`"${md5('hello')}"`);
    expect(await head('kms')).toMatchObject({ ...echo, ETag: stored.ETag });
    const { created, part, done } = await putInParts('kms in parts', kms);
    for (const answer of [created, part, done]) expect(answer).toMatchObject(echo);
    expect(part.ETag).not.toBe(`"${md5('hello')}"`);
    expect(await head('kms in parts')).toMatchObject(echo);
  });

  it.each([
    ['a storage class', { StorageClass: 'ATTIC' }, 'InvalidStorageClass'],
    ['an ACL', { ACL: 'everyone' }, 'InvalidArgument'],
    ['an encryption', { ServerSideEncryption: 'rot13' }, 'InvalidArgument'],
    ['a KMS key without KMS', { ServerSideEncryption: 'AES256', SSEKMSKeyId: 'k' }, 'InvalidArgument'],
    [
      'a context that is no JSON',
      { ServerSideEncryption: 'aws:kms', SSEKMSEncryptionContext: 'eA==' },
      'InvalidArgument',
    ],
  ])('is refused where it is %s that S3 does not know', async (_title, attributes, code) => {
    await expect(put('refused', attributes as Attributes)).rejects.toMatchObject(refused(code, 400));
    await expect(head('refused')).rejects.toMatchObject(refused('NotFound', 404));
  });
});
