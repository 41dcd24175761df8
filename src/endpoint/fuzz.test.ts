import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startBucket } from '../bucket/startBucket.ts';
import type { UploadEndpoint } from './createUploadEndpoint.ts';
import { ANSWERS, checkAnswer, owners, sizes } from './testing/fuzz/checkAnswer.ts';
import { collectForeign, collectGood, tokensFrom } from './testing/fuzz/collectTokens.ts';
import { fakeStore } from './testing/fuzz/fakeStore.ts';
import { findSignatures } from './testing/fuzz/findSignatures.ts';
import { log, makeFuzzEndpoint, SECRETS, toRequest } from './testing/fuzz/fuzzSite.ts';
import { hostileRequest } from './testing/fuzz/hostileRequest.ts';

/** The same every time; another seed, or more runs, by these variables. */
const SEED = Number(process.env.BUCKETDROP_FUZZ_SEED ?? 20_261_122);
const RUNS = Number(process.env.BUCKETDROP_FUZZ_RUNS ?? 20_000);

const rejections: unknown[] = [];
const note = (reason: unknown) => rejections.push(reason);

beforeEach(() => {
  fakeStore(sizes);
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  vi.useRealTimers();
});

/** Requests for this endpoint, with its own tokens and others. */
async function requestsFor(endpoint: UploadEndpoint, foreign: readonly string[]) {
  const { tokens: good, keys } = await collectGood(endpoint);
  const all = [...Object.values(good), ...foreign];
  const tokens = {
    single: tokensFrom(good.single, all),
    inParts: tokensFrom(good.inParts, all),
    receipt: tokensFrom(good.receipt, all),
    begun: tokensFrom(good.begun, all),
  };
  return hostileRequest(tokens, fc.constantFrom(...keys));
}

/** Asks them all; fails at the first answer that gives what it must not. */
async function askAll(endpoint: UploadEndpoint, foreign: readonly string[], runs: number) {
  const statuses = new Map<number, number>();
  const calls = new Map<string, number>();
  let signatures = 0;
  await fc.assert(
    fc.asyncProperty(await requestsFor(endpoint, foreign), async (asked) => {
      const request = toRequest(asked);
      fc.pre(request !== null);
      const before = log.length;
      const response = await endpoint.handle(request as Request);
      const body = await checkAnswer(asked, response, log.slice(before));
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response.status === 200) {
        const call = asked.path.split(/[?#]/)[0]?.split('/').pop() ?? '';
        calls.set(call, (calls.get(call) ?? 0) + 1);
        signatures += findSignatures(body, '/bucket/').length;
      }
      expect(rejections).toEqual([]);
    }),
    { seed: SEED, numRuns: runs },
  );
  return {
    statuses,
    calls,
    signatures,
    answered: [...statuses.values()].reduce((sum, count) => sum + count, 0),
  };
}

describe(`requests that were made up (seed ${SEED})`, () => {
  test(`${RUNS} of them get nothing that they may not have`, async () => {
    const { statuses, calls, signatures, answered } = await askAll(
      makeFuzzEndpoint(),
      await collectForeign(),
      RUNS,
    );
    // That the dice reach behind the door, too.
    expect(answered).toBeGreaterThanOrEqual(RUNS);
    expect(signatures).toBeGreaterThan(RUNS / 20);
    for (const call of Object.keys(ANSWERS)) expect(calls.get(call) ?? 0).toBeGreaterThan(RUNS / 2000);
    for (const status of [400, 401, 403, 404, 405, 415])
      expect(statuses.get(status)).toBeGreaterThan(RUNS / 2000);
    expect(owners.size).toBeGreaterThan(RUNS / 100);
  }, 240_000);

  test('a store that is there refuses nothing that the endpoint lets through', async () => {
    const foreign = await collectForeign();
    vi.restoreAllMocks();
    const bucket = await startBucket({ buckets: ['bucket'], sessionToken: SECRETS.sessionToken });
    try {
      const { url: endpoint, region, accessKeyId, secretAccessKey } = bucket;
      const store = { bucket: 'bucket', region, endpoint, accessKeyId, secretAccessKey, profile: 'local' };
      const { calls } = await askAll(
        makeFuzzEndpoint({ store: { ...store, sessionToken: SECRETS.sessionToken } }),
        foreign,
        RUNS / 20,
      );
      expect(calls.get('abort')).toBeGreaterThan(0);
      expect(bucket.log.length).toBeGreaterThan(RUNS / 200);
      expect(bucket.log.filter(({ status }) => status === 403)).toEqual([]);
    } finally {
      await bucket.stop();
    }
  }, 120_000);

  test('bodies of 10 MB are not read to their end', async () => {
    const endpoint = makeFuzzEndpoint();
    const megabyte = new TextEncoder().encode(' '.repeat(1_000_000));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('uploads', 'parts', 'complete', 'sign', 'links', 's3/multipart'),
        fc.constantFrom(undefined, '10000000', '2', '-1', 'x'),
        async (path, told) => {
          let read = 0;
          const body = new ReadableStream<Uint8Array>(
            {
              pull(controller) {
                read += 1;
                if (read > 10) controller.close();
                else controller.enqueue(megabyte);
              },
            },
            { highWaterMark: 0 },
          );
          const headers = {
            'content-type': 'application/json',
            'x-user': 'ann',
            ...(told && { 'content-length': told }),
          };
          const asked = { method: 'POST', path, headers, body: undefined, sent: 'stream' as const };
          const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
          const response = await endpoint.handle(new Request(`https://site.example/${path}`, init));
          const { error } = await checkAnswer(asked, response, []);
          expect(error.code).toBe('body-too-large');
          expect(read).toBeLessThanOrEqual(3);
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  }, 60_000);

  test('bodies that come slowly, break off or never end hold nothing for longer than half a minute', async () => {
    vi.useFakeTimers();
    const endpoint = makeFuzzEndpoint();
    const { tokens: good } = await collectGood(endpoint);
    const right = new TextEncoder().encode(JSON.stringify({ uploads: [{ ticket: good.inParts }] }));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 5_000 }),
        fc.constantFrom<'ends' | 'breaks' | 'hangs'>('ends', 'breaks', 'hangs'),
        async (pieces, pauseMs, outcome) => {
          const length = Math.ceil(right.length / pieces);
          const count = Math.ceil(right.length / length);
          let sent = 0;
          const body = new ReadableStream<Uint8Array>({
            async pull(controller) {
              await new Promise((resolve) => setTimeout(resolve, pauseMs));
              if (sent < count) controller.enqueue(right.slice(sent * length, (sent + 1) * length));
              else if (outcome === 'ends') controller.close();
              else if (outcome === 'breaks') controller.error(new Error('gone'));
              else await new Promise(() => {});
              sent += 1;
            },
          });
          const headers = { 'content-type': 'application/json', 'x-user': 'ann' };
          const asked = { method: 'POST', path: 'abort', headers, body: undefined, sent: 'stream' as const };
          const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
          const answered = endpoint.handle(new Request('https://site.example/abort', init));
          await vi.advanceTimersByTimeAsync(31_000);
          const response = await answered;
          await checkAnswer(asked, response, []);
          // The last pause comes before the end.
          const isInTime = outcome === 'ends' && (count + 1) * pauseMs < 30_000;
          expect(response.status).toBe(isInTime ? 200 : 400);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
    // The bodies' own pauses.
    await vi.advanceTimersByTimeAsync(10_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(rejections).toEqual([]);
  }, 60_000);
});
