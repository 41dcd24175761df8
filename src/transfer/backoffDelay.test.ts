import { describe, expect, it } from 'vitest';
import { backoffDelay, parseRetryAfter } from './backoffDelay.ts';

const options = { attempts: 6, minDelayMs: 500, maxDelayMs: 15_000, outageLimitMs: 0 };

describe('backoffDelay', () => {
  it('doubles its window, up to the cap', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7].map((n) => backoffDelay(n, options, undefined, () => 1));
    expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it('is jittered over the whole window, but never nothing', () => {
    expect(backoffDelay(3, options, undefined, () => 0)).toBe(200);
    expect(backoffDelay(3, options, undefined, () => 0.5)).toBe(1100);
  });

  it('obeys the server that says when, within reason', () => {
    expect(backoffDelay(1, options, 7)).toBe(7000);
    expect(backoffDelay(1, options, 99_999)).toBe(120_000);
  });
});

describe('parseRetryAfter', () => {
  it('reads seconds and dates', () => {
    const now = Date.parse('Sat, 01 Jan 2028 00:00:00 GMT');
    expect(parseRetryAfter('12', now)).toBe(12);
    expect(parseRetryAfter('Sat, 01 Jan 2028 00:00:30 GMT', now)).toBe(30);
    expect(parseRetryAfter('Fri, 31 Dec 2027 00:00:00 GMT', now)).toBe(0);
    expect(parseRetryAfter('soon', now)).toBeUndefined();
    expect(parseRetryAfter(null, now)).toBeUndefined();
  });
});
