import { expect, it, vi } from 'vitest';
import { OutcomeQueue } from './OutcomeQueue.ts';

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
