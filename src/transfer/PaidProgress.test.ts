import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PaidProgress } from './PaidProgress.ts';
import { ProgressMeter } from './ProgressMeter.ts';
import type { Upload } from './Upload.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setUp() {
  const state = { unpaidBytes: 0, told: [] as Upload[] };
  const progress = new PaidProgress(
    () => state.unpaidBytes,
    (upload) => state.told.push(upload),
  );
  const upload = (sizeBytes: number) => ({ meter: new ProgressMeter(sizeBytes) }) as unknown as Upload;
  const send = (to: Upload, bytes: number) => {
    state.unpaidBytes += bytes;
    to.meter.store(1, bytes);
    progress.owe(to, bytes);
  };
  return { state, progress, upload, send };
}

describe('PaidProgress', () => {
  it('shows bytes as their time comes, the oldest first, and then stands still without a timer', () => {
    const { state, upload, send } = setUp();
    const [one, other] = [upload(100), upload(50)];
    send(one, 100);
    send(other, 50);
    const shown = () => [one.meter.sentBytes, other.meter.sentBytes];
    expect(shown()).toEqual([0, 0]);
    state.unpaidBytes = 90.5;
    vi.advanceTimersByTime(250);
    expect(shown()).toEqual([59, 0]);
    state.unpaidBytes = 20;
    vi.advanceTimersByTime(250);
    expect(shown()).toEqual([100, 30]);
    expect(state.told).toEqual([one, other, one]);
    state.unpaidBytes = 0;
    vi.advanceTimersByTime(250);
    expect(shown()).toEqual([100, 50]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is let go by what ends the transfer', () => {
    const { progress, upload, send } = setUp();
    send(upload(10), 10);
    progress.destroy();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never shows less than before, nor more than was sent, and in the end all of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }))),
        (steps) => {
          const { state, upload, send } = setUp();
          const one = upload(1_000_000);
          let sent = 0;
          let before = 0;
          for (const [bytes, left] of steps) {
            send(one, bytes);
            sent += bytes;
            state.unpaidBytes *= left;
            vi.advanceTimersByTime(250);
            expect(one.meter.sentBytes).toBeGreaterThanOrEqual(before);
            expect(one.meter.sentBytes).toBeLessThanOrEqual(sent);
            before = one.meter.sentBytes;
          }
          state.unpaidBytes = 0;
          vi.advanceTimersByTime(250);
          expect(one.meter.sentBytes).toBe(sent);
        },
      ),
      // Few show what fractions of a byte do.
      { numRuns: 2_000 },
    );
  });
});
