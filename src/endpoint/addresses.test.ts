import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, test } from 'vitest';
import { startBucket } from '../bucket/startBucket.ts';
import { resolveAddresses } from './resolveAddresses.ts';
import { Store } from './Store.ts';
import { guessStoreProfile, STORE_PROFILES } from './storeProfiles.ts';
import { EndpointUnderTest, NO_STORE } from './testing/EndpointUnderTest.ts';
import { md5Of, sendParts, sendSingle } from './testing/sendFile.ts';

const provider = new S3Client({ region: 'eu-central-1' }).config.endpointProvider;
const aws = { bucket: 'photos', region: 'eu-central-1', endpoint: undefined, forcePathStyle: false };
const addresses = (more: object, profile: { severalHosts: boolean } = STORE_PROFILES.aws) => {
  const { endpoint, bucketUrls } = resolveAddresses(provider, { ...aws, profile, ...more });
  return [endpoint, ...bucketUrls.map(({ href }) => href)];
};

test.each<[title: string, more: object, expected: string[]]>([
  ['AWS', {}, ['https://s3.eu-central-1.amazonaws.com/', 'https://photos.s3.eu-central-1.amazonaws.com/']],
  [
    'AWS, by each of its names',
    { hosts: 4 },
    [
      'https://s3.eu-central-1.amazonaws.com/',
      'https://photos.s3.eu-central-1.amazonaws.com/',
      'https://photos.s3.dualstack.eu-central-1.amazonaws.com/',
      'https://s3.eu-central-1.amazonaws.com/photos',
      'https://s3.dualstack.eu-central-1.amazonaws.com/photos',
    ],
  ],
  [
    'AWS by IPv6',
    { dualStack: true, hosts: 3 },
    [
      'https://s3.dualstack.eu-central-1.amazonaws.com/',
      'https://photos.s3.dualstack.eu-central-1.amazonaws.com/',
      'https://photos.s3.eu-central-1.amazonaws.com/',
      'https://s3.dualstack.eu-central-1.amazonaws.com/photos',
    ],
  ],
  [
    'AWS, of a bucket whose name no certificate fits',
    { bucket: 'my.photos', hosts: 2 },
    [
      'https://s3.eu-central-1.amazonaws.com/',
      'https://s3.eu-central-1.amazonaws.com/my.photos',
      'https://s3.dualstack.eu-central-1.amazonaws.com/my.photos',
    ],
  ],
  [
    'AWS by the nearest edge, under both of its names',
    { accelerate: true, hosts: 2 },
    [
      'https://s3.eu-central-1.amazonaws.com/',
      'https://photos.s3-accelerate.amazonaws.com/',
      'https://photos.s3-accelerate.dualstack.amazonaws.com/',
    ],
  ],
  [
    'AWS by the nearest edge: browsers alone go there',
    { accelerate: true },
    ['https://s3.eu-central-1.amazonaws.com/', 'https://photos.s3-accelerate.amazonaws.com/'],
  ],
  [
    'AWS by the nearest edge, and by IPv6',
    { accelerate: true, dualStack: true },
    [
      'https://s3.dualstack.eu-central-1.amazonaws.com/',
      'https://photos.s3-accelerate.dualstack.amazonaws.com/',
    ],
  ],
  [
    'a store of another maker',
    { endpoint: 'https://s3.example', forcePathStyle: true },
    ['https://s3.example', 'https://s3.example/photos'],
  ],
  [
    'a store in Docker',
    { endpoint: 'http://minio:9000', publicEndpoint: 'http://localhost:9000', forcePathStyle: true },
    ['http://minio:9000', 'http://localhost:9000/photos'],
  ],
  [
    'a store behind two names',
    { endpoint: 'https://s3-1.example', forcePathStyle: true, hosts: ['https://s3-2.example'] },
    ['https://s3-1.example', 'https://s3-1.example/photos', 'https://s3-2.example/photos'],
  ],
  [
    'a store in Docker that browsers reach in two ways',
    {
      endpoint: 'http://minio:9000',
      publicEndpoint: 'http://localhost:9000',
      forcePathStyle: true,
      hosts: [{ endpoint: 'http://localhost:9000', forcePathStyle: false }],
    },
    ['http://minio:9000', 'http://localhost:9000/photos', 'http://photos.localhost:9000/'],
  ],
])('%s is found', (_, more, expected) => {
  expect(addresses(more)).toEqual(expected);
});

test.each<[more: object, expected: string]>([
  [{}, 'https://photos.s3.eu-central-1.amazonaws.com/'],
  [{ forcePathStyle: true }, 'https://s3.eu-central-1.amazonaws.com/photos'],
  [{ bucket: 'my.photos' }, 'https://s3.eu-central-1.amazonaws.com/my.photos'],
  [{ dualStack: true }, 'https://photos.s3.dualstack.eu-central-1.amazonaws.com/'],
  [{ accelerate: true, hosts: 2 }, 'https://photos.s3.eu-central-1.amazonaws.com/'],
  [{ region: 'cn-north-1' }, 'https://photos.s3.cn-north-1.amazonaws.com.cn/'],
  [{ endpoint: 'https://s3.example/in/here/', forcePathStyle: true }, 'https://s3.example/in/here/photos'],
  [{ endpoint: 'http://s3.example:9000' }, 'http://photos.s3.example:9000/'],
  [
    { endpoint: 'http://minio:9000', publicEndpoint: 'http://localhost:9000', forcePathStyle: true },
    'http://minio:9000/photos',
  ],
])('the server itself asks for objects where the SDK does: %j', async (more, expected) => {
  const options = {
    ...aws,
    profile: STORE_PROFILES.aws,
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    ...more,
  };
  const { ownUrl, client, bucket: Bucket } = new Store(options);
  expect(ownUrl.href).toBe(expected);
  const bySdk = new URL(await getSignedUrl(client, new HeadObjectCommand({ Bucket, Key: 'k' })));
  expect(`${bySdk.origin}${bySdk.pathname}`).toBe(`${expected.replace(/\/$/, '')}/k`);
});

test.each<[title: string, more: object, profile?: { severalHosts: boolean }]>([
  ['a fifth name at AWS', { hosts: 5 }],
  ['a third edge', { accelerate: true, hosts: 3 }],
  ['a third name of a bucket with dots', { bucket: 'my.photos', hosts: 3 }],
  ['a second name of a store that has an address of its own', { endpoint: 'https://s3.example', hosts: 2 }],
  ['a second name of a store that has one', { hosts: 2 }, STORE_PROFILES.local],
  ['the same name again', { endpoint: 'https://s3.example', hosts: ['https://s3.example'] }],
])('%s is refused', (_, more, profile) => {
  expect(() => addresses(more, profile)).toThrow(/store.hosts: the bucket has \d host names? here, not \d/);
});

test.each([
  ['https://s3.eu-central-1.amazonaws.com', 'aws'],
  ['https://0123.r2.cloudflarestorage.com', 'r2'],
  ['https://s3.us-west-004.backblazeb2.com', 'b2'],
  ['https://storage.googleapis.com', 'gcs'],
  ['https://s3.example.com', 'generic'],
  ['https://backblazeb2.com.evil.example', 'generic'],
] as const)('%s is taken for %s', (endpoint, profile) => {
  expect(guessStoreProfile(endpoint)).toBe(profile);
});

test.each([
  ['an edge of another store', { accelerate: true }, /of AWS alone/],
  ['IPv6 of another store', { dualStack: true }, /of AWS alone/],
  [
    'an edge and an address of its own',
    { endpoint: undefined, accelerate: true, publicEndpoint: 'http://a' },
    /exclude each other/,
  ],
  [
    'an edge for a name with dots',
    { endpoint: undefined, accelerate: true, bucket: 'my.bucket' },
    /store.bucket/,
  ],
  ['no address', { publicEndpoint: 'localhost:9000' }, /store.publicEndpoint/],
  ['no address of a further host', { hosts: ['localhost:9000'] }, /store.hosts/],
  ['no host at all', { hosts: 0 }, /store.hosts/],
])('%s is refused at the start', (_, more, message) => {
  expect(() => new EndpointUnderTest({ store: { ...NO_STORE, ...more } as typeof NO_STORE })).toThrow(
    message,
  );
});

/** A second address of the same store, which can go away. */
async function startDoor(target: number) {
  const server = createServer((socket) => {
    const behind = connect(target, '127.0.0.1');
    pipeline(socket, behind, socket, () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, shut: () => server.close() };
}

test('browsers send to the public address, the server asks the other', async () => {
  const store = await startBucket({ buckets: ['uploads'] });
  const door = await startDoor(store.port);
  try {
    const { region, accessKeyId, secretAccessKey } = store;
    const place = { bucket: 'uploads', region, endpoint: store.url, publicEndpoint: door.url };
    const endpoint = new EndpointUnderTest({
      store: { ...place, accessKeyId, secretAccessKey, profile: 'local' },
    });
    const bytes = new TextEncoder().encode('hello');
    const single = await endpoint.announce();
    const parts = await endpoint.announce({ partSizeBytes: 5 * 1024 * 1024, firstParts: 1 });
    expect(single.url).toBe(`${door.url}/uploads`);
    expect(parts.parts[0].url.startsWith(`${door.url}/uploads/`)).toBe(true);
    expect((await sendSingle(single, bytes)).ok).toBe(true);
    const [part] = await sendParts(parts, bytes, 5 * 1024 * 1024);
    // the server has never needed it
    door.shut();
    const { body } = await endpoint.post('complete', {
      uploads: [{ ticket: single.ticket }, { ticket: parts.ticket, parts: [part] }],
    });
    expect(body.uploads).toMatchObject([
      { ok: true, object: { sizeBytes: 5, etag: md5Of(bytes) } },
      { ok: true, object: { sizeBytes: 5 } },
    ]);
  } finally {
    door.shut();
    await store.stop();
  }
});
