import { afterEach, describe, expect, test, vi } from 'vitest';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { StoreClock } from './StoreClock.ts';
import { EndpointUnderTest } from './testing/EndpointUnderTest.ts';
import { bytesOf, sendParts, sendSingle } from './testing/sendFile.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;

let bucket: RunningBucket | undefined;
afterEach(async () => {
  await bucket?.stop();
  bucket = undefined;
});

/** A store whose clock goes ahead of the endpoint's by so much, which is the endpoint's being behind. */
async function start(aheadMs: number) {
  let passedMs = 0;
  bucket = await startBucket({ buckets: ['uploads'], now: () => Date.now() + aheadMs + passedMs });
  const { url: endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const store = {
    bucket: 'uploads',
    region,
    endpoint,
    accessKeyId,
    secretAccessKey,
    profile: 'local' as const,
  };
  return {
    site: new EndpointUnderTest({ store }),
    /** Lets time go by for the store, which is the one who judges a signature's age. */
    pass: (ms: number) => {
      passedMs += ms;
    },
  };
}

describe.each([
  ['behind', 10 * MINUTE_MS],
  ['ahead', -10 * MINUTE_MS],
  ['an hour behind', 60 * MINUTE_MS],
  ['an hour ahead', -60 * MINUTE_MS],
])('an endpoint whose clock is 10 minutes off, or worse: %s', (_, aheadMs) => {
  test('signs parts that are good for their whole life and no longer', async () => {
    const { site, pass } = await start(aheadMs);
    const bytes = bytesOf(6 * MIB);
    const file = { sizeBytes: bytes.length, partSizeBytes: 5 * MIB, firstParts: 2 };
    const upload = await site.announce(file);
    expect(upload.ok).toBe(true);
    pass(14 * MINUTE_MS);
    const parts = await sendParts(upload, bytes, upload.partSizeBytes);
    pass(2 * MINUTE_MS);
    await expect(sendParts(upload, bytes, upload.partSizeBytes)).rejects.toThrow(/expired/);
    const { body } = await site.post('complete', { uploads: [{ ticket: upload.ticket, parts }] });
    expect(body.uploads[0].object.sizeBytes).toBe(bytes.length);
  });

  test('signs a single request anew so that it is good for its whole life', async () => {
    const { site, pass } = await start(aheadMs);
    const upload = await site.announce({ sizeBytes: 5 });
    const { body } = await site.post('parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
    pass(14 * MINUTE_MS);
    const answer = await sendSingle(body.uploads[0].signed, bytesOf(5));
    expect([answer.status, await answer.text()]).toEqual([201, expect.anything()]);
    const done = await site.post('complete', { uploads: [{ ticket: upload.ticket }] });
    expect(done.body.uploads[0].ok).toBe(true);
  });
});

describe('the store’s clock', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const told = (aheadMs: number) => new Date(now + aheadMs).toUTCString();

  test.each([
    ['ahead', 10 * MINUTE_MS, 10 * MINUTE_MS],
    ['behind', -10 * MINUTE_MS, -10 * MINUTE_MS],
    ['a second off, which is none', 1_000, 0],
  ])('%s', (_, aheadMs, correctedMs) => {
    const clock = new StoreClock();
    clock.learn(told(aheadMs), now, now + 100);
    expect(Math.abs(clock.correct(now) - now - correctedMs)).toBeLessThan(1_000);
  });

  test('is this machine’s, where nothing or nonsense is told', () => {
    const clock = new StoreClock();
    clock.learn(undefined, now, now);
    clock.learn('soon', now, now);
    expect(clock.correct(now)).toBe(now);
  });

  test('is asked for by one of many at once, and not again soon, also where nothing comes', async () => {
    for (const answer of [async () => undefined, () => Promise.reject(new Error('nobody there'))]) {
      const clock = new StoreClock();
      const ask = vi.fn<() => Promise<void>>(answer);
      await Promise.all([clock.refresh(ask), clock.refresh(ask)]);
      await clock.refresh(ask);
      expect(ask).toHaveBeenCalledTimes(1);
    }
  });

  test('is asked for again soon where a store that was away told nothing', async () => {
    vi.useFakeTimers();
    try {
      const clock = new StoreClock();
      const ask = vi.fn<() => Promise<void>>(() => Promise.reject(new Error('nobody there')));
      await clock.refresh(ask);
      vi.advanceTimersByTime(1_100);
      ask.mockImplementation(async () => clock.learn(told(MINUTE_MS), now, now));
      await clock.refresh(ask);
      expect(Math.abs(clock.correct(now) - now - MINUTE_MS)).toBeLessThan(1_000);
      vi.advanceTimersByTime(50_000);
      await clock.refresh(ask);
      expect(ask).toHaveBeenCalledTimes(2);
      vi.advanceTimersByTime(11_000);
      await clock.refresh(ask);
      expect(ask).toHaveBeenCalledTimes(3);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is not asked for where an answer has told it', async () => {
    const clock = new StoreClock();
    const ask = vi.fn<() => Promise<void>>();
    clock.learn(told(0), now, now);
    await clock.refresh(ask);
    expect(ask).not.toHaveBeenCalled();
  });
});
