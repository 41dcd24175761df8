import { HeadObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { resolveOptions } from './resolveOptions.ts';
import { Store } from './Store.ts';
import { seeObject } from './seeObject.ts';
import { NO_STORE, TEST_SECRET } from './testing/EndpointUnderTest.ts';
import { unquote } from './unquote.ts';

const SESSION = 'token-of-a-session';
let bucket: RunningBucket;
let store: Store;
beforeAll(async () => {
  bucket = await startBucket({ buckets: ['uploads'], sessionToken: SESSION });
  const { url: endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const keys = { accessKeyId, secretAccessKey, sessionToken: SESSION };
  const place = { ...NO_STORE, bucket: 'uploads', endpoint, region, ...keys, credentials: undefined };
  store = new Store(resolveOptions({ store: place, secret: TEST_SECRET, anonymous: true }).store);
});
afterAll(async () => {
  store.client.destroy();
  await bucket.stop();
});

describe('an object is seen as the SDK sees it', () => {
  test.each<[title: string, Partial<PutObjectCommandInput>]>([
    ['with nothing to it', {}],
    ['of no bytes', { Body: new Uint8Array() }],
    ['with a type', { ContentType: 'text/plain; charset=utf-8' }],
    ['with metadata', { Metadata: { note: '%C3%A9t%C3%A9  x', Mixed: 'Case', empty: '', odd: '%zz' } }],
    ['with a checksum', { ChecksumAlgorithm: 'CRC32' }],
    ['with another one', { ChecksumAlgorithm: 'CRC64NVME' }],
    ['with a key of its own', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-1' }],
    ['encrypted by the store', { ServerSideEncryption: 'AES256' }],
  ])('%s', async (title, input) => {
    const place = { Bucket: 'uploads', Key: `a b/ü+${title}` };
    await store.client.send(new PutObjectCommand({ Body: 'hello', ...place, ...input }));
    const head = await store.client.send(new HeadObjectCommand({ ...place, ChecksumMode: 'ENABLED' }));
    const seen = await seeObject(store, place.Key);
    expect(seen).toMatchObject({
      sizeBytes: head.ContentLength,
      etag: unquote(head.ETag ?? ''),
      type: head.ContentType,
      modifiedAt: head.LastModified,
      isEncryptedWithOwnKey: head.ServerSideEncryption === 'aws:kms',
    });
    expect(seen?.sizeBytes).toBe('Body' in input ? 0 : 5);
    expect(Object.keys(seen?.metadata ?? {}).sort()).toEqual(Object.keys(head.Metadata ?? {}).sort());
    expect(seen?.crc?.value).toBe(head.ChecksumCRC32 ?? head.ChecksumCRC64NVME);
    expect(seen?.crc?.algorithm.toUpperCase()).toBe(input.ChecksumAlgorithm);
  });

  test('with its metadata decoded, and what cannot be as it is', async () => {
    const place = { Bucket: 'uploads', Key: 'with metadata' };
    const Metadata = { note: '%C3%A9t%C3%A9', odd: '%zz', 'bucketdrop-upload': 'the-upload' };
    await store.client.send(new PutObjectCommand({ Body: 'hello', ...place, Metadata }));
    expect(await seeObject(store, place.Key)).toMatchObject({
      metadata: { note: 'été', odd: '%zz' },
      uploadId: 'the-upload',
    });
  });

  test('that is not there is null', async () => {
    expect(await seeObject(store, 'nowhere')).toBeNull();
  });
});
