import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deferred } from './Deferred.ts';
import { PaceGate, type Turn } from './PaceGate.ts';
import { RequestFailure } from './RequestFailure.ts';

const life = new AbortController().signal;
let gate: PaceGate;
beforeEach(async () => {
  // What the keeper measures by is to be the tests' clock.
  vi.useFakeTimers();
  gate = new PaceGate();
  gate.set({ polite: true });
  await gate.ready();
  gate.set({ polite: false });
});
afterEach(() => vi.useRealTimers());

const failure = (status: number) => new RequestFailure('network', { url: 'https://bucket.example/', status });
/** Notes whom the gate lets in. */
function comers() {
  const inside: string[] = [];
  const come = async (name: string, rank = 0, sizeBytes = 10_000) => {
    const turn = await gate.enter(rank, life);
    inside.push(name);
    await turn.send(undefined, sizeBytes, async () => {});
  };
  return { inside, come };
}
const soon = () => vi.advanceTimersByTimeAsync(0);

describe('PaceGate', () => {
  it('lets everybody in at once without a pace', async () => {
    const turns = await Promise.all(Array.from({ length: 50 }, () => gate.enter(0, life)));
    expect(turns.every((turn) => turn.holds)).toBe(true);
  });

  it('lets one in after the other in their time, the lowest rank first', async () => {
    gate.set({ maxBytesPerSecond: 1_000 });
    const { inside, come } = comers();
    void come('first', 5);
    void come('large', 9);
    void come('small', 1);
    await soon();
    expect(inside).toEqual(['first']);
    await vi.advanceTimersByTimeAsync(9_900);
    expect(inside).toEqual(['first']);
    await vi.advanceTimersByTimeAsync(200);
    expect(inside).toEqual(['first', 'small']);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(inside).toEqual(['first', 'small', 'large']);
  });

  it('lets nobody past one that has its turn and has not begun', async () => {
    gate.set({ maxBytesPerSecond: 1_000 });
    const slow = await gate.enter(0, life);
    const { inside, come } = comers();
    void come('next');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(inside).toEqual([]);
    slow.end();
    await soon();
    expect(inside).toEqual(['next']);
  });

  it('tells who was let in before there was a pace to ask again', async () => {
    const early: Turn[] = [await gate.enter(0, life), await gate.enter(0, life)];
    gate.set({ polite: true });
    expect(early.map((turn) => turn.holds)).toEqual([false, false]);
    for (const turn of early) turn.end();
    const turn = await gate.enter(0, life);
    gate.set({ maxBytesPerSecond: 5 });
    expect(turn.holds).toBe(true);
  });

  it('lets all in at once that wait when the pace is lifted', async () => {
    gate.set({ maxBytesPerSecond: 1 });
    const { inside, come } = comers();
    for (const name of ['a', 'b', 'c', 'd']) void come(name);
    await soon();
    expect(inside).toEqual(['a']);
    expect(gate.set({ maxBytesPerSecond: undefined })).toBe(true);
    await soon();
    expect(inside.sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps its word where the wait is longer than any timer', async () => {
    gate.set({ maxBytesPerSecond: 0.001 });
    const { inside, come } = comers();
    void come('a');
    void come('b');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(inside).toEqual(['a']);
  });

  it('forgets at once who is stopped while waiting, and keeps no timer for them', async () => {
    gate.set({ maxBytesPerSecond: 1_000 });
    await (await gate.enter(0, life)).send(undefined, 10_000, async () => {});
    const [holder, behind] = [new AbortController(), new AbortController()];
    const stopped = [gate.enter(0, holder.signal), gate.enter(0, behind.signal)];
    await soon();
    expect(vi.getTimerCount()).toBe(1);
    behind.abort(new Error('behind'));
    holder.abort(new Error('holder'));
    const reasons = await Promise.allSettled(stopped);
    expect(reasons).toMatchObject([{ reason: new Error('holder') }, { reason: new Error('behind') }]);
    expect(vi.getTimerCount()).toBe(0);
    const { inside, come } = comers();
    void come('after');
    await vi.advanceTimersByTimeAsync(10_100);
    expect(inside).toEqual(['after']);
  });

  it('goes on as soon as what was on its way is gone', async () => {
    gate.set({ polite: true });
    const answer = new Deferred<void>();
    const turn = await gate.enter(0, life);
    const sent = turn.send(undefined, 10, () => answer.promise);
    const { inside, come } = comers();
    void come('next');
    await vi.advanceTimersByTimeAsync(2_000);
    answer.resolve();
    await sent;
    await vi.advanceTimersByTimeAsync(1_999);
    expect(inside).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(inside).toEqual(['next']);
  });

  it('counts the bytes of a request that was answered with an error, and not those that never left', async () => {
    gate.set({ maxBytesPerSecond: 1_000 });
    const fail = async (status: number) => {
      const turn = await gate.enter(0, life);
      await expect(
        turn.send(undefined, 10_000, async (moved) => {
          moved(100);
          throw failure(status);
        }),
      ).rejects.toThrow(RequestFailure);
    };
    await fail(0);
    await fail(503);
    const { inside, come } = comers();
    void come('next');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(inside).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(inside).toEqual(['next']);
  });

  it('loads what keeps a pace with the first, and counts what was on its way by then', async () => {
    const fresh = new PaceGate();
    const [turn, answer] = [await fresh.enter(0, life), new Deferred<void>()];
    const sent = turn.send(undefined, 10_000, (moved) => {
      moved(9_000);
      return answer.promise;
    });
    fresh.set({ maxBytesPerSecond: 1_000 });
    await fresh.ready();
    let isIn = false;
    void fresh.enter(0, life).then(() => {
      isIn = true;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isIn).toBe(false);
    answer.resolve();
    await sent;
    // the last thousand bytes, with half a second's head start
    await vi.advanceTimersByTimeAsync(500);
    expect(isIn).toBe(false);
    await vi.advanceTimersByTimeAsync(50);
    expect(isIn).toBe(true);
  });

  it('refuses what is no pace, and keeps the one that was', () => {
    gate.set({ polite: true });
    expect(() => gate.set({ maxBytesPerSecond: 0 })).toThrow(TypeError);
    expect(gate.set({ polite: true })).toBe(false);
  });
});
