import { afterEach, expect, it, vi } from 'vitest';
import { OutcomeQueue } from './OutcomeQueue.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('tells what happens at the same moment in one batch, in order, and says when it is told', async () => {
  const batch = vi.fn((run: () => void) => run());
  const queue = new OutcomeQueue(batch);
  const told: number[] = [];
  const waits = [1, 2, 3].map((number) => queue.add(() => told.push(number)));
  expect(told).toEqual([]);
  await Promise.all(waits);
  expect(told).toEqual([1, 2, 3]);
  expect(batch).toHaveBeenCalledTimes(1);
});

it('tells a single one without a batch, and what comes later by itself', async () => {
  const batch = vi.fn((run: () => void) => run());
  const queue = new OutcomeQueue(batch);
  const told: number[] = [];
  await queue.add(() => told.push(1));
  await queue.add(() => told.push(2));
  expect(told).toEqual([1, 2]);
  expect(batch).not.toHaveBeenCalled();
});

it('tells no more in one batch than the page can bear', async () => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const batches: number[] = [];
  const told: number[] = [];
  const queue = new OutcomeQueue((run) => {
    const before = told.length;
    run();
    batches.push(told.length - before);
  });
  const all = Array.from({ length: 10 }, (_, number) =>
    queue.add(() => {
      nowMs += 10;
      told.push(number);
    }),
  );
  await Promise.all(all);
  expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // The last is told without one.
  expect(batches).toEqual([3, 3, 3]);
});

it('tells the others when one cannot be told', async () => {
  const queue = new OutcomeQueue((run) => run());
  const told: number[] = [];
  const tell = (number: number) => () => {
    if (number === 2) throw new Error('of the page');
    told.push(number);
  };
  const [one, two, three] = [1, 2, 3].map((number) => queue.add(tell(number)));
  await expect(two).rejects.toThrow('of the page');
  await Promise.all([one, three]);
  expect(told).toEqual([1, 3]);
});
