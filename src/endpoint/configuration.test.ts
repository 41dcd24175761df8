// biome-ignore-all lint/suspicious/noExplicitAny: wrong options have no type
import { describe, expect, test } from 'vitest';
import { createUploadEndpoint } from './createUploadEndpoint.ts';
import { fromEnv } from './fromEnv.ts';
import * as entry from './index.ts';
import { resolveOptions } from './resolveOptions.ts';
import { guessStoreProfile } from './storeProfiles.ts';

const store = { bucket: 'b', region: 'r', accessKeyId: 'id', secretAccessKey: 'very-secret-key' };
const good = { store, secret: 'x'.repeat(32), anonymous: true };

describe('createUploadEndpoint refuses', () => {
  test.each<[string, object, RegExp]>([
    ['nobody to ask', { anonymous: undefined }, /`authorize`/],
    ['authorize beside anonymous', { authorize: () => null }, /exclude/],
    ['anonymous: false', { anonymous: false }, /anonymous/],
    [
      'a short secret',
      { secret: 'short-secret-31-bytes-xxxxxxxxx' },
      /secret: needs 32 bytes or more, has 31/,
    ],
    ['no secret', { secret: undefined }, /secret/],
    ['no bucket', { store: { ...store, bucket: '' } }, /store\.bucket/],
    ['no keys', { store: { bucket: 'b', region: 'r' } }, /no credentials/],
    ['two sorts of keys', { store: { ...store, credentials: async () => store } }, /exclude/],
    ['an endpoint that is no URL', { store: { ...store, endpoint: 'localhost:9000' } }, /store\.endpoint/],
    ['an unknown profile', { store: { ...store, profile: 'constructor' } }, /store\.profile/],
    ['a bucket that cannot be', { store: { ...store, bucket: 'a/../b c' } }, /store\.bucket/],
    ['a misspelt limit', { uploads: { maxFileSize: 1 } }, /uploads\.maxFileSize/],
    ['limits that cross', { uploads: { minFileSizeBytes: 2, maxFileSizeBytes: 1 } }, /larger/],
    ['a type that is none', { uploads: { allowedTypes: ['image'] } }, /"image"/],
    ['parts too small', { uploads: { partSizeBytes: 1 } }, /partSizeBytes/],
    ['a prefix that goes up', { uploads: { prefix: 'a/../' } }, /prefix/],
    ['a prefix with a slash before it', { uploads: { prefix: '/a' } }, /prefix/],
    ['an origin with a path', { cors: { origins: ['https://a.example/'] } }, /origins/],
    ['cookies from anywhere', { cors: { origins: '*', credentials: true } }, /credentials/],
    ['URLs that live for ever', { uploads: { urlExpiresInSeconds: 1e9 } }, /urlExpiresInSeconds/],
  ])('%s', (_title, wrong, message) => {
    let thrown: any;
    try {
      createUploadEndpoint({ ...good, ...wrong } as any);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'endpoint-misconfigured', message: expect.stringMatching(message) });
    expect(`${thrown.message}${thrown.hint}`).not.toMatch(/very-secret|short-secret/);
  });

  test('and says how to say that anyone may upload', () => {
    expect(() => createUploadEndpoint({ ...good, anonymous: undefined } as any)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('anonymous: true') }),
    );
  });
});

test.each([
  [undefined, 'aws'],
  ['https://s3.eu-central-1.amazonaws.com', 'aws'],
  ['https://abc.r2.cloudflarestorage.com', 'r2'],
  ['https://evilamazonaws.com', 'generic'],
  ['http://localhost:9000', 'generic'],
])('the store at %s is taken for %s', (endpoint, profile) => {
  expect(guessStoreProfile(endpoint)).toBe(profile);
});

describe('fromEnv', () => {
  const env = {
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'very-secret-key',
    AWS_REGION: 'eu-north-1',
    BUCKETDROP_BUCKET: 'uploads',
    BUCKETDROP_SECRET: 'x'.repeat(32),
  };

  test('reads the names that people know', () => {
    const options = fromEnv(
      {
        ...env,
        AWS_SESSION_TOKEN: 'token',
        AWS_ENDPOINT_URL_S3: 'http://localhost:9000',
        BUCKETDROP_FORCE_PATH_STYLE: 'false',
        BUCKETDROP_STORE: 'minio',
      },
      { anonymous: true, uploads: { prefix: 'in/' } },
    );
    expect(options).toEqual({
      anonymous: true,
      uploads: { prefix: 'in/' },
      secret: env.BUCKETDROP_SECRET,
      store: {
        accessKeyId: 'id',
        secretAccessKey: 'very-secret-key',
        sessionToken: 'token',
        bucket: 'uploads',
        region: 'eu-north-1',
        endpoint: 'http://localhost:9000',
        forcePathStyle: false,
        profile: 'minio',
      },
    });
    expect(() => createUploadEndpoint(options)).not.toThrow();
  });

  test.each([
    ['2', 2],
    ['https://s3-2.example, https://s3-3.example', ['https://s3-2.example', 'https://s3-3.example']],
  ])('reads how many host names there are, or which: %s', (BUCKETDROP_HOSTS, hosts) => {
    const options = fromEnv({ ...env, BUCKETDROP_HOSTS }, { anonymous: true });
    expect(options.store.hosts).toEqual(hosts);
    expect(() => createUploadEndpoint(options)).not.toThrow();
    expect(fromEnv({ ...env, BUCKETDROP_HOSTS }, { anonymous: true, store: { hosts: 3 } }).store.hosts).toBe(
      3,
    );
  });

  test.each(['two', '0', '2,3', '5'])('does not take %s for hosts', (BUCKETDROP_HOSTS) => {
    expect(() => createUploadEndpoint(fromEnv({ ...env, BUCKETDROP_HOSTS }, { anonymous: true }))).toThrow(
      'store.hosts',
    );
  });

  test('takes what is given instead', () => {
    const options = fromEnv(env, { anonymous: true, secret: 'y'.repeat(32), store: { bucket: 'other' } });
    expect(options).toMatchObject({
      secret: 'y'.repeat(32),
      store: { bucket: 'other', region: 'eu-north-1' },
    });
    expect(resolveOptions(options).store.profile.name).toBe('aws');
    const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 'b' });
    const { BUCKETDROP_BUCKET, BUCKETDROP_SECRET, AWS_REGION } = env;
    const keyless = fromEnv(
      { BUCKETDROP_BUCKET, BUCKETDROP_SECRET, AWS_REGION },
      { anonymous: true, store: { credentials } },
    );
    expect(() => createUploadEndpoint(keyless)).not.toThrow();
  });

  test.each(Object.keys(env))('names %s if it is missing', (name) => {
    expect(() => fromEnv({ ...env, [name]: '' }, { anonymous: true })).toThrow(`${name} is not set`);
  });

  test.each([
    ['BUCKETDROP_STORE', 'toString'],
    ['BUCKETDROP_FORCE_PATH_STYLE', 'maybe'],
  ])('names %s if it is %s', (name, value) => {
    expect(() => fromEnv({ ...env, [name]: value }, { anonymous: true })).toThrow(name);
  });
});

test('the public entry exports this and no more', () => {
  expect(Object.keys(entry).sort()).toMatchInlineSnapshot(`
    [
      "BucketDropError",
      "STORE_PROFILES",
      "createUploadEndpoint",
      "fromEnv",
      "isBucketDropError",
      "toFastifyPlugin",
      "toHonoHandler",
      "toLambdaHandler",
      "toNextHandlers",
      "toNodeListener",
    ]
  `);
});
