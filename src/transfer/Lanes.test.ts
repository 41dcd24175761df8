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
        const release = await lanes.acquire(0, signal, 'a');
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
    const release = await lanes.acquire(0, signal, 'a');
    const enter = async (name: string, rank: number) => {
      const leave = await lanes.acquire(rank, signal, 'a');
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
    const release = await lanes.acquire(0, signal, 'a');
    const stop = new AbortController();
    const gone = lanes.acquire(0, stop.signal, 'a');
    const next = lanes.acquire(1, signal, 'a');
    stop.abort(new Error('stopped'));
    await expect(gone).rejects.toThrow('stopped');
    release();
    (await next)();
    expect(lanes.busy).toBe(0);
  });

  it('does not count a lane given back twice', async () => {
    const lanes = new Lanes(1);
    const release = await lanes.acquire(0, signal, 'a');
    release();
    release();
    expect(lanes.busy).toBe(0);
    await lanes.acquire(0, signal, 'a');
    expect(lanes.busy).toBe(1);
  });

  it('never sends more to one host than its share, nor to all than all may carry', async () => {
    const lanes = new Lanes(5, 3);
    const inside = { a: 0, b: 0 };
    const peaks = { a: 0, b: 0, both: 0 };
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const host = n % 4 ? 'a' : 'b';
        const release = await lanes.acquire(0, signal, host);
        peaks[host] = Math.max(peaks[host], ++inside[host]);
        peaks.both = Math.max(peaks.both, inside.a + inside.b);
        await tick();
        inside[host]--;
        release();
      }),
    );
    expect(peaks).toMatchObject({ a: 3, both: 5 });
    expect(peaks.b).toBeLessThanOrEqual(3);
    expect(lanes.busy).toBe(0);
  });

  it('lets in who comes later, where those in front wait for a host that is full', async () => {
    const lanes = new Lanes(4, 1);
    const order: string[] = [];
    const release = await lanes.acquire(0, signal, 'a');
    const enter = async (name: string, rank: number, host: string) => {
      const leave = await lanes.acquire(rank, signal, host);
      order.push(name);
      leave();
    };
    const first = enter('first', 0, 'a');
    await Promise.all([enter('third', 2, 'b'), enter('second', 1, 'b')]);
    expect(order).toEqual(['third', 'second']);
    release();
    await first;
    expect(order).toEqual(['third', 'second', 'first']);
  });

  it('keeps to the ranks within a host', async () => {
    const lanes = new Lanes(4, 1);
    const order: string[] = [];
    const leaveA = await lanes.acquire(0, signal, 'a');
    const leaveB = await lanes.acquire(0, signal, 'b');
    const enter = async (name: string, rank: number, host: string) => {
      const leave = await lanes.acquire(rank, signal, host);
      order.push(name);
      leave();
    };
    const all = [enter('a2', 2, 'a'), enter('b2', 2, 'b'), enter('b1', 1, 'b'), enter('a1', 1, 'a')];
    leaveB();
    await Promise.all(all.slice(1, 3));
    expect(order).toEqual(['b1', 'b2']);
    leaveA();
    await Promise.all(all);
    expect(order).toEqual(['b1', 'b2', 'a1', 'a2']);
  });

  it.each([
    ['all hosts', (lanes: Lanes) => lanes.setMax(2), ['a', 'b']],
    ['each host', (lanes: Lanes) => lanes.setHostLimit(2), ['a', 'a']],
  ])('lets the waiting in when there is more room for %s', async (_, widen, hosts) => {
    const lanes = new Lanes(hosts[0] === hosts[1] ? 2 : 1, 1);
    await lanes.acquire(0, signal, hosts[0] as string);
    const waiting = lanes.acquire(0, signal, hosts[1] as string);
    await tick();
    expect(lanes.busy).toBe(1);
    widen(lanes);
    await waiting;
    expect(lanes.busy).toBe(2);
  });
});
