import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { checkBucket } from './checkBucket.ts';
import { checkCors, setCors } from './checkCors.ts';
import type { DemoStore } from './DemoStore.ts';

const ORIGIN = 'http://127.0.0.1:5173';
let server: RunningBucket;
let store: DemoStore;

beforeAll(async () => {
  server = await startBucket({ buckets: ['photos', 'closed', 'half-open', 'others'] });
  store = {
    bucket: 'photos',
    region: server.region,
    endpoint: server.url,
    accessKeyId: server.accessKeyId,
    secretAccessKey: server.secretAccessKey,
  };
});
afterAll(() => server.stop());

describe('the check of a bucket', () => {
  it('passes one that is there', async () => {
    await expect(checkBucket(store)).resolves.toBeUndefined();
  });

  it('says how to make one that is missing', async () => {
    await expect(checkBucket({ ...store, bucket: 'missing' })).rejects.toThrow(
      `aws s3api create-bucket --bucket missing --endpoint-url ${server.url}`,
    );
  });

  it('says when the keys are wrong, without saying them', async () => {
    const wrong = checkBucket({ ...store, secretAccessKey: 'not-the-secret' });
    await expect(wrong).rejects.toThrow('does not let these credentials see the bucket "photos"');
    await expect(wrong).rejects.not.toThrow('not-the-secret');
  });

  it('says when nobody answers', async () => {
    const nobody = { ...store, endpoint: 'http://127.0.0.1:1' };
    await expect(checkBucket(nobody)).rejects.toThrow('Nobody answers at http://127.0.0.1:1');
  });
});

describe('the check of CORS rules', () => {
  it('finds a bucket without any, and after setting what it recommends nothing more', async () => {
    const closed = { ...store, bucket: 'closed' };
    const { problems, rulesToSet } = await checkCors(closed, [ORIGIN]);
    expect(problems).toEqual([expect.stringContaining('has no CORS rules')]);
    await setCors(closed, rulesToSet);
    expect((await checkCors(closed, [ORIGIN])).problems).toEqual([]);
    expect((await checkCors(closed, ['https://other.example.com'])).problems).not.toEqual([]);
  });

  it('finds a hidden ETag, a missing header and a missing method', async () => {
    const halfOpen = { ...store, bucket: 'half-open' };
    const rule = { AllowedOrigins: ['*'], AllowedMethods: ['GET', 'POST', 'PUT'], AllowedHeaders: ['*'] };
    await setCors(halfOpen, [rule]);
    expect((await checkCors(halfOpen, [ORIGIN])).problems).toEqual([
      `it hides the header ETag from pages of ${ORIGIN} (ExposeHeaders)`,
    ]);
    await setCors(halfOpen, [{ ...rule, AllowedHeaders: ['content-type'], ExposeHeaders: ['ETag'] }]);
    expect((await checkCors(halfOpen, [ORIGIN])).problems.join()).toContain('PUT');
    await setCors(halfOpen, [{ ...rule, AllowedMethods: ['PUT'], ExposeHeaders: ['ETag'] }]);
    expect((await checkCors(halfOpen, [ORIGIN])).problems.join()).toContain('POST');
  });

  it('keeps the rules that the bucket has', async () => {
    const others = { ...store, bucket: 'others' };
    const theirs = { ID: 'theirs', AllowedOrigins: ['https://their.example.com'], AllowedMethods: ['GET'] };
    await setCors(others, [theirs]);
    const { rulesToSet } = await checkCors(others, [ORIGIN]);
    expect(rulesToSet).toHaveLength(2);
    expect(rulesToSet[1]).toMatchObject(theirs);
  });

  it('says when the store refuses new rules', async () => {
    await expect(setCors({ ...store, bucket: 'missing' }, [])).rejects.toThrow('could not be set');
  });
});
