import { afterEach, describe, expect, it, vi } from 'vitest';
import { forEachInSlices, nextTurn, startSlice } from './forEachInSlices.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Every job takes its time, and each turn of the page is noted between the jobs. */
function world(jobMs: number) {
  let nowMs = 0;
  const done: (number | 'turn')[] = [];
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((turn: () => void) => {
    nowMs += 500;
    done.push('turn');
    turn();
  }) as typeof setTimeout);
  const run = (job: number) => {
    nowMs += jobMs;
    done.push(job);
  };
  return { done, run };
}

describe('forEachInSlices', () => {
  it('lets the page have its turn when a slice is over, however long that turn takes', async () => {
    const { done, run } = world(10);
    await forEachInSlices([1, 2, 3, 4, 5, 6, 7], run);
    expect(done).toEqual([1, 2, 3, 'turn', 4, 5, 6, 'turn', 7]);
  });

  it('does one job at least in each slice, and the first slice at once', async () => {
    const { done, run } = world(1_000);
    const all = forEachInSlices([1, 2], run);
    expect(done).toEqual([1, 'turn']);
    await all;
    expect(done).toEqual([1, 'turn', 2]);
  });

  it('does what takes no time in one slice', async () => {
    const { done, run } = world(0);
    await forEachInSlices(Array(10_000).fill(1), run);
    expect(done).toHaveLength(10_000);
    expect(done).not.toContain('turn');
  });
});

it('says that a slice is over when its time is', () => {
  let nowMs = 7;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const isOver = startSlice();
  expect(isOver()).toBe(false);
  nowMs += 23;
  expect(isOver()).toBe(false);
  nowMs += 1;
  expect(isOver()).toBe(true);
});

it('needs no turn while the page is hidden', () => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  vi.stubGlobal('document', { hidden: true });
  const isOver = startSlice();
  nowMs = 1_000;
  expect(isOver()).toBe(false);
  vi.stubGlobal('document', { hidden: false });
  expect(isOver()).toBe(true);
});

it('comes after what the page has to do', async () => {
  const order: string[] = [];
  setTimeout(() => order.push('page'));
  await nextTurn();
  expect(order).toEqual(['page']);
});
