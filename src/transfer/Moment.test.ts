import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { elapsedMs, momentNow } from './Moment.ts';
import { fresh, isFresh } from './UploadSession.ts';

const DAY_MS = 24 * 3600 * 1000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const jump = (byMs: number) => vi.setSystemTime(Date.now() + byMs);

it('goes by both clocks', () => {
  const start = momentNow();
  vi.advanceTimersByTime(5_000);
  expect(elapsedMs(start)).toBe(5_000);
});

it.each([
  ['is set back a day', () => jump(-DAY_MS), true],
  ['is set forward a day', () => jump(DAY_MS), false],
  ['goes on in a machine that sleeps', () => jump(3600_000), false],
])('a signature where the clock %s', (_, happen, stillFresh) => {
  const signature = fresh('s', 900, momentNow());
  vi.advanceTimersByTime(60_000);
  happen();
  expect(isFresh(signature)).toBe(stillFresh);
  vi.advanceTimersByTime(900_000);
  expect(isFresh(signature)).toBe(false);
});

it('a signature grows old a little before its time', () => {
  const signature = fresh('s', 900, momentNow());
  vi.advanceTimersByTime(809_000);
  expect(isFresh(signature)).toBe(true);
  vi.advanceTimersByTime(2_000);
  expect(isFresh(signature)).toBe(false);
});

it('time stands still where only the other clock does', () => {
  const start = momentNow();
  const { monotonicMs } = start;
  vi.spyOn(performance, 'now').mockReturnValue(monotonicMs);
  vi.setSystemTime(Date.now() + 1_000);
  expect(elapsedMs(start)).toBe(1_000);
});
