import { describe, expect, it } from 'vitest';
import { Batcher, type BatcherOptions } from './Batcher.ts';

function recorder(options: Partial<BatcherOptions<number, number>> = {}) {
  const batches: number[][] = [];
  const batcher = new Batcher<number, number>({
    maxItems: 3,
    delayMs: () => 0,
    run: async (items) => {
      batches.push(items);
      return items.map((item) => item * 10);
    },
    ...options,
  });
  return { batcher, batches };
}

describe('Batcher', () => {
  it('asks once for what is wanted at the same time, and answers each', async () => {
    const { batcher, batches } = recorder({ maxItems: 100 });
    expect(await Promise.all([1, 2, 3].map((n) => batcher.add(n)))).toEqual([10, 20, 30]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('never asks for more at once than allowed', async () => {
    const { batcher, batches } = recorder();
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => batcher.add(n)));
    expect(batches).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  it('cuts by weight, and lets a heavy one go alone', async () => {
    const { batcher, batches } = recorder({ maxItems: 100, maxWeight: 10, weigh: (n) => n });
    await Promise.all([4, 5, 6, 50, 1].map((n) => batcher.add(n)));
    expect(batches).toEqual([[4, 5], [6], [50], [1]]);
  });

  it('does not let one bad item fail the others, where halves may help', async () => {
    const run = async (items: number[]) => {
      if (items.includes(3)) throw new Error(`no ${items.length}`);
      return items;
    };
    const { batcher } = recorder({ maxItems: 100, run, shouldSplit: () => true });
    const all = await Promise.allSettled([1, 2, 3, 4].map((n) => batcher.add(n)));
    expect(all.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('fails all of them where halves would not help', async () => {
    const run = async () => Promise.reject(new Error('down'));
    const { batcher } = recorder({ run });
    const all = await Promise.allSettled([1, 2].map((n) => batcher.add(n)));
    expect(all.map((one) => one.status)).toEqual(['rejected', 'rejected']);
  });

  it('lets a later item in a hurry take the waiting ones along', async () => {
    const delays = [60_000, 1];
    const { batcher, batches } = recorder({ delayMs: () => delays.shift() ?? 0 });
    await Promise.all([batcher.add(1), batcher.add(2)]);
    expect(batches).toEqual([[1, 2]]);
  });

  it('lets nobody wait longer who is in a hurry, and sends nothing where nobody waits', async () => {
    const { batcher, batches } = recorder({ maxItems: 100, delayMs: () => 10_000 });
    batcher.hurry(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const all = [batcher.add(1), batcher.add(2)];
    batcher.hurry(1);
    await Promise.all(all);
    expect(batches).toEqual([[1, 2]]);
  });

  it('refuses an answer of another length', async () => {
    const { batcher } = recorder({ run: async () => [] });
    await expect(batcher.add(1)).rejects.toThrow(RangeError);
  });
});
