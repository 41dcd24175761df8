import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as companion from '@uppy/companion';
import type { S3Server } from '../ceph/startCeph.ts';

export interface RunningCompanion {
  url: string;
  stop(): Promise<void>;
}

/**
 * A real Companion, as its documentation sets it up, that signs for this bucket.
 *
 * @param endpoint where the browser reaches the store
 */
export async function startCompanion(
  s3: S3Server,
  bucket: string,
  endpoint: string,
  origins: readonly string[],
): Promise<RunningCompanion> {
  // else it starts a job that cleans up once a day, and never ends
  process.env.NODE_ENV ??= 'test';
  const filePath = await mkdtemp(join(tmpdir(), 'bucketdrop-companion-'));
  const { app } = companion.app({
    secret: 'only for these tests',
    filePath,
    server: { host: '127.0.0.1', protocol: 'http' },
    corsOrigins: origins,
    uploadUrls: [endpoint],
    metrics: false,
    s3: {
      key: s3.accessKeyId,
      secret: s3.secretAccessKey,
      bucket,
      region: s3.region,
      endpoint,
      forcePathStyle: true,
      // else the SDK signs the checksum of an empty body into each part's URL
      awsClientOptions: { requestChecksumCalculation: 'WHEN_REQUIRED' },
    },
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await rm(filePath, { recursive: true, force: true });
    },
  };
}
