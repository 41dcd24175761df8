import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBucket, startBucket } from './startBucket.ts';
import { makeClient, presign } from './testing/makeClient.ts';

let bucket: RunningBucket;

beforeAll(async () => {
  bucket = await startBucket({ buckets: ['demo'], control: true });
});

afterAll(() => bucket.stop());

afterEach(() => bucket.faults.clear());

async function put(key: string): Promise<Response> {
  const url = await presign(makeClient(bucket), new PutObjectCommand({ Bucket: 'demo', Key: key }));
  return fetch(url, { method: 'PUT', body: 'x' });
}

describe('the control for other processes', () => {
  const control = (path: string, init: RequestInit = {}) => fetch(`${bucket.url}/_bucket/${path}`, init);
  const json = (value: unknown, headers = {}): RequestInit => ({
    method: 'POST',
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json', ...headers },
  });

  it('plans, shows and takes back faults', async () => {
    const added = await control(
      'faults',
      json([
        { fault: 'slow-down', operation: 'PutObject', times: 1 },
        { fault: 'stall', key: 'never' },
      ]),
    );
    const { ids } = (await added.json()) as { ids: number[] };
    expect([added.status, ids.length]).toEqual([201, 2]);
    expect((await put('remote')).status).toBe(503);
    expect(await (await control('faults')).json()).toMatchObject([
      { id: ids[0], fired: 1 },
      { id: ids[1], fired: 0 },
    ]);
    expect((await control(`faults/${ids[1]}`, { method: 'DELETE' })).status).toBe(204);
    expect((await control('faults', { method: 'DELETE' })).status).toBe(204);
    expect(bucket.faults.list()).toEqual([]);
  });

  it('sets the throttle, and shows log and counts', async () => {
    const set = await control('throttle', { ...json({ bytesPerSecond: 5000 }), method: 'PUT' });
    expect([set.status, bucket.throttle.setting]).toEqual([204, { bytesPerSecond: 5000, per: 'bucket' }]);
    await control('throttle', { ...json(null), method: 'PUT' });
    expect(bucket.throttle.setting).toBeUndefined();
    expect(await (await control('stats')).json()).toMatchObject({ inFlight: 0 });
    expect(await (await control('log')).json()).toBeInstanceOf(Array);
  });

  it.each([
    ['an unknown fault', json({ fault: 'explode' }), 400],
    ['an unknown field', json({ fault: 'stall', when: 'now' }), 400],
    ['a negative count', json({ fault: 'stall', times: -1 }), 400],
    ['no JSON', { ...json(0), body: '{' }, 400],
    ['another type', json({ fault: 'stall' }, { 'content-type': 'text/plain' }), 415],
    ['a web page', json({ fault: 'stall' }, { origin: 'https://evil.example' }), 403],
  ])('refuses %s', async (_name, init, status) => {
    expect((await control('faults', init)).status).toBe(status);
    expect(bucket.faults.list()).toEqual([]);
  });

  it('is not there unless it was asked for', async () => {
    const plain = await startBucket({ buckets: ['demo'] });
    const answer = await fetch(`${plain.url}/_bucket/faults`);
    await plain.stop();
    expect(answer.status).toBe(403);
  });
});
