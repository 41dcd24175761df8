import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WakeWatch } from './WakeWatch.ts';
import { Watchdog } from './Watchdog.ts';

const HOUR_MS = 3600_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** The machine sleeps: its clock goes on, and no timer does. */
const sleepFor = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe('a watchdog', () => {
  const create = () => {
    const wake = new WakeWatch();
    const onBark = vi.fn();
    return { wake, onBark, dog: new Watchdog(wake, onBark) };
  };

  it('barks when nothing was heard for so long, and not before', () => {
    const { dog, onBark } = create();
    dog.feed(30_000);
    vi.advanceTimersByTime(29_000);
    dog.feed(30_000);
    vi.advanceTimersByTime(29_999);
    expect(onBark).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onBark).toHaveBeenCalledTimes(1);
  });

  it('says nothing once it is stopped, and leaves no timer', () => {
    const { dog, onBark } = create();
    dog.feed(30_000);
    dog.stop();
    dog.feed(30_000);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(HOUR_MS);
    expect(onBark).not.toHaveBeenCalled();
  });

  it('gives what waits in the page’s queue a chance when its own timer was held up', () => {
    const { dog, onBark } = create();
    dog.feed(30_000);
    vi.advanceTimersByTime(29_000);
    sleepFor(10_000);
    vi.advanceTimersByTime(1_000);
    expect(onBark).not.toHaveBeenCalled();
    dog.feed(30_000);
    vi.advanceTimersByTime(20_000);
    expect(onBark).not.toHaveBeenCalled();
  });

  it('does not wait to the end for a connection from before a long sleep', () => {
    const { dog, onBark } = create();
    dog.feed(120_000);
    vi.advanceTimersByTime(20_000);
    sleepFor(HOUR_MS);
    vi.advanceTimersByTime(16_000);
    expect(onBark).toHaveBeenCalledTimes(1);
  });

  it('lets a connection live that shows it within moments of waking up', () => {
    const { dog, onBark } = create();
    dog.feed(30_000);
    sleepFor(HOUR_MS);
    vi.advanceTimersByTime(8_000);
    dog.feed(30_000);
    vi.advanceTimersByTime(29_000);
    expect(onBark).not.toHaveBeenCalled();
  });
});

describe('noticing that the machine woke up', () => {
  it('tells all who asked, within moments', () => {
    const wake = new WakeWatch();
    const [one, other] = [vi.fn(), vi.fn()];
    wake.subscribe(one);
    wake.subscribe(other)();
    vi.advanceTimersByTime(HOUR_MS);
    expect(one).not.toHaveBeenCalled();
    sleepFor(HOUR_MS);
    vi.advanceTimersByTime(5_000);
    expect(one).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
  });

  it('takes no clock that is set back for it', () => {
    const wake = new WakeWatch();
    const woke = vi.fn();
    wake.subscribe(woke);
    sleepFor(-24 * HOUR_MS);
    vi.advanceTimersByTime(HOUR_MS);
    expect(woke).not.toHaveBeenCalled();
  });

  it('ticks only while somebody wants to know', () => {
    const wake = new WakeWatch();
    const stop = wake.subscribe(() => {});
    expect(vi.getTimerCount()).toBe(1);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
