import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { CreateBucketCommand, GetObjectCommand, PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Piece } from '../sink/SinkObjects.ts';
import { type BenchStore, BUCKET } from './BenchStore.ts';

/** Any S3 server at a port of this machine: gets a bucket, and its objects are read back to be hashed. */
export async function s3Store(place: BenchStore['place'], stop: () => Promise<void>): Promise<BenchStore> {
  const { directPort, region, accessKeyId, secretAccessKey } = place;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${directPort}`,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await client.send(
    new PutBucketCorsCommand({
      Bucket: BUCKET,
      CORSConfiguration: {
        CORSRules: [
          {
            AllowedOrigins: ['*'],
            AllowedMethods: ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'],
            AllowedHeaders: ['*'],
            ExposeHeaders: ['ETag'],
            MaxAgeSeconds: 3600,
          },
        ],
      },
    }),
  );
  const readBack = async (key: string): Promise<Piece[] | undefined> => {
    const answer = await client
      .send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))
      .catch(() => undefined);
    if (!answer) return undefined;
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const bytes of answer.Body as Readable) {
      hash.update(bytes as Buffer);
      sizeBytes += (bytes as Buffer).length;
    }
    return [{ sizeBytes, sha256: hash.digest('hex'), etag: '' }];
  };
  return {
    place,
    reset: async () => {},
    async pieces(keys) {
      const found: (Piece[] | undefined)[] = [];
      for (const key of keys) found.push(await readBack(key));
      return found;
    },
    stop,
  };
}
