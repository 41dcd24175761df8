import { describe, expect, it } from 'vitest';
import { readStoreFromEnv } from './readStoreFromEnv.ts';

const whole = {
  AWS_ENDPOINT_URL_S3: 'https://s3.example.com',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'very-secret',
  AWS_REGION: 'eu-central-1',
  BUCKETDROP_BUCKET: 'photos',
};

describe('the store in the environment', () => {
  it('is none where nothing names one, whatever credentials lie about', () => {
    expect(readStoreFromEnv({})).toBeUndefined();
    expect(
      readStoreFromEnv({ ...whole, AWS_ENDPOINT_URL_S3: '', BUCKETDROP_BUCKET: undefined }),
    ).toBeUndefined();
  });

  it('is read by the names that the AWS SDK uses', () => {
    expect(readStoreFromEnv(whole)).toMatchObject({
      bucket: 'photos',
      region: 'eu-central-1',
      endpoint: 'https://s3.example.com',
      accessKeyId: 'key',
      secretAccessKey: 'very-secret',
    });
  });

  it('is AWS itself without an endpoint', () => {
    expect(readStoreFromEnv({ ...whole, AWS_ENDPOINT_URL_S3: undefined })?.endpoint).toBeUndefined();
  });

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'BUCKETDROP_BUCKET'])(
    'is refused without %s, by name',
    (name) => {
      expect(() => readStoreFromEnv({ ...whole, [name]: undefined })).toThrow(`set ${name} too`);
    },
  );

  it.each([
    ['AWS_ENDPOINT_URL_S3', 's3.example.com'],
    ['BUCKETDROP_STORE', 'floppy'],
    ['BUCKETDROP_STORE', 'constructor'],
    ['BUCKETDROP_FORCE_PATH_STYLE', 'maybe'],
  ])('is refused with %s=%s', (name, value) => {
    expect(() => readStoreFromEnv({ ...whole, [name]: value })).toThrow(name);
  });

  it('never says the secret', () => {
    const missing = { ...whole, AWS_REGION: undefined };
    expect(() => readStoreFromEnv(missing)).not.toThrow('very-secret');
    expect(() => readStoreFromEnv(missing)).toThrow();
  });

  it('takes what is optional', () => {
    const more = {
      BUCKETDROP_STORE: 'ceph',
      BUCKETDROP_FORCE_PATH_STYLE: 'false',
      AWS_SESSION_TOKEN: 'token',
    };
    expect(readStoreFromEnv({ ...whole, ...more })).toMatchObject({
      profile: 'ceph',
      forcePathStyle: false,
      sessionToken: 'token',
    });
  });
});
