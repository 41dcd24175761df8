import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { BrowserCredentials } from '../site/answerLibStorage.ts';
import { ask, registerClient } from './BenchClient.ts';

const MIB = 1024 * 1024;

/**
 * AWS's own `@aws-sdk/lib-storage` with its defaults, four parts of 5 MiB at a time, which is also Amplify's scheme: the
 * page has credentials of its own and signs by itself. All files are begun at once.
 */
registerClient(({ api }) => async (files) => {
  const names = files.map(({ name }) => name);
  const { keys, bucket, accessKeyId, secretAccessKey, ...place } = await ask<BrowserCredentials>(
    `${api}/credentials`,
    { names },
  );
  const client = new S3Client({
    ...place,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    // What it would hash by itself costs it time.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      // As Amplify does: hashing each part by SHA-256 in the page would be what is measured.
      headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build' },
  );
  await Promise.all(
    files.map(async (file) => {
      const params = { Bucket: bucket, Key: keys[file.name], Body: file, ContentType: file.type };
      await new Upload({ client, params, queueSize: 4, partSize: 5 * MIB }).done();
    }),
  );
});
