import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatCountdown, formatDuration, secondsLeft, watchCountdown } from './countdown.ts';

describe('watchCountdown', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells every second until there is none left, and then no more', () => {
    const seen: number[] = [];
    watchCountdown(1_003_400, (seconds) => seen.push(seconds));
    expect(seen).toEqual([4]);
    vi.advanceTimersByTime(500);
    expect(seen).toEqual([4, 3]);
    vi.advanceTimersByTime(60_000);
    expect(seen).toEqual([4, 3, 2, 1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is right after the device slept', () => {
    const seen: number[] = [];
    watchCountdown(1_900_000, (seconds) => seen.push(seconds));
    vi.setSystemTime(3_000_000);
    vi.runOnlyPendingTimers();
    expect(seen).toEqual([900, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops when it is told to', () => {
    const onSecond = vi.fn();
    watchCountdown(1_010_000, onSecond)();
    vi.advanceTimersByTime(20_000);
    expect(onSecond).toHaveBeenCalledTimes(1);
  });
});

it.each([
  [1_000, 1],
  [1_001, 2],
  [0, 0],
  [-5_000, 0],
])('%s ms before the end, %s seconds are left', (leftMs, seconds) => {
  expect(secondsLeft(50_000 + leftMs, 50_000)).toBe(seconds);
});

it.each([
  [0, '0:00'],
  [59, '0:59'],
  [900, '15:00'],
  [3_600, '1:00:00'],
  [604_800, '168:00:00'],
])('%s seconds are written %s', (seconds, text) => expect(formatCountdown(seconds)).toBe(text));

it.each([
  [4, 'en', '4 seconds'],
  [60, 'en', '1 minute'],
  [898, 'de-DE', '15 Minuten'],
  [7_200, 'en', '2 hours'],
  [604_800, 'de-DE', '7 Tage'],
])('%s seconds are said in %s: %s', (seconds, language, text) =>
  expect(formatDuration(seconds, language)).toBe(text),
);
