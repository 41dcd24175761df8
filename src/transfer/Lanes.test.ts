import { describe, expect, it } from 'vitest';
import { Lanes } from './Lanes.ts';

const signal = new AbortController().signal;
const tick = () => new Promise((resolve) => setTimeout(resolve));

describe('Lanes', () => {
  it('never lets more in than there are lanes', async () => {
    const lanes = new Lanes(3);
    let inside = 0;
    let peak = 0;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const release = await lanes.acquire(0, signal);
        peak = Math.max(peak, ++inside);
        await tick();
        inside--;
        release();
      }),
    );
    expect(peak).toBe(3);
    expect(lanes.peak).toBe(3);
    expect(lanes.busy).toBe(0);
  });

  it('lets the lowest rank in first, and among equals the first that came', async () => {
    const lanes = new Lanes(1);
    const order: string[] = [];
    const release = await lanes.acquire(0, signal);
    const enter = async (name: string, rank: number) => {
      const leave = await lanes.acquire(rank, signal);
      order.push(name);
      leave();
    };
    const all = [enter('late', 9), enter('a', 1), enter('b', 1), enter('first', 0)];
    release();
    await Promise.all(all);
    expect(order).toEqual(['first', 'a', 'b', 'late']);
  });

  it('lets go of who stops waiting, and gives the place to the next', async () => {
    const lanes = new Lanes(1);
    const release = await lanes.acquire(0, signal);
    const stop = new AbortController();
    const gone = lanes.acquire(0, stop.signal);
    const next = lanes.acquire(1, signal);
    stop.abort(new Error('stopped'));
    await expect(gone).rejects.toThrow('stopped');
    release();
    (await next)();
    expect(lanes.busy).toBe(0);
  });

  it('does not count a lane given back twice', async () => {
    const lanes = new Lanes(1);
    const release = await lanes.acquire(0, signal);
    release();
    release();
    expect(lanes.busy).toBe(0);
    await lanes.acquire(0, signal);
    expect(lanes.busy).toBe(1);
  });
});
