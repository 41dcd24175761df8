import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace, type PacedRequest } from './Pace.ts';
import { checkPace, type PaceOptions } from './PaceOptions.ts';

const KB = 1_000;

/** A pace with a clock that a test sets. */
function paceOf(options: PaceOptions) {
  const clock = { ms: 0 };
  const pace = new Pace(() => clock.ms);
  pace.set(options);
  return { pace, clock };
}

/** Sends all of it in no time. */
function flash(pace: Pace, sizeBytes: number): void {
  const request = pace.begin(sizeBytes);
  request.moved(sizeBytes);
  request.ended(true);
}

/** By how many bytes more was sent than `most` has it, in the worst of all spans of time. */
function excess(sent: readonly { ms: number; bytes: number }[], most: (seconds: number) => number): number {
  let worst = Number.NEGATIVE_INFINITY;
  for (const [from, first] of sent.entries()) {
    let bytes = 0;
    for (let at = from; at < sent.length; at++) {
      const { ms, bytes: more } = sent[at] as (typeof sent)[number];
      bytes += more;
      worst = Math.max(worst, bytes - most((ms - first.ms) / 1000));
    }
  }
  return worst;
}

describe('checkPace', () => {
  it('takes a limit above zero, none, and one that limits nothing', () => {
    for (const maxBytesPerSecond of [1, 0.5, 3e6, Number.POSITIVE_INFINITY, undefined])
      checkPace({ maxBytesPerSecond, polite: true });
    checkPace({ maxBytesPerSecond: null, polite: null } as unknown as PaceOptions);
  });

  it.each([0, -1, Number.NaN, '3000000', true, {}])('refuses %j', (maxBytesPerSecond) => {
    expect(() => checkPace({ maxBytesPerSecond } as PaceOptions)).toThrow(TypeError);
    expect(() => checkPace({ maxBytesPerSecond } as PaceOptions)).toThrow(/^maxBytesPerSecond has to be/);
  });

  it('refuses a politeness that is neither', () => {
    expect(() => checkPace({ polite: 'no' } as unknown as PaceOptions)).toThrow(/^polite has to be/);
  });
});

describe('a limit', () => {
  it('lets the first request go at once, and the next when the time for its bytes has come', () => {
    const { pace, clock } = paceOf({ maxBytesPerSecond: 100 * KB });
    expect(pace.delayMs()).toBe(0);
    flash(pace, 1_000 * KB);
    expect(pace.delayMs()).toBeCloseTo((950 / 95) * 1000);
    clock.ms = 10_000.001;
    expect(pace.delayMs()).toBe(0);
  });

  it('waits for what is on its way, however long that takes', () => {
    const { pace, clock } = paceOf({ maxBytesPerSecond: 100 * KB });
    const request = pace.begin(1_000 * KB);
    clock.ms = 60_000;
    expect(pace.delayMs()).toBe(Number.POSITIVE_INFINITY);
    request.moved(960 * KB);
    clock.ms += 10_110;
    expect(pace.delayMs()).toBe(0);
  });

  it('counts what was sent, and not what a broken request had left', () => {
    const { pace, clock } = paceOf({ maxBytesPerSecond: 100 * KB });
    const broken = pace.begin(1_000 * KB);
    broken.moved(100 * KB);
    broken.ended(false);
    expect(pace.delayMs()).toBeCloseTo((50 / 95) * 1000);
    const refused = pace.begin(1_000 * KB);
    refused.ended(true);
    refused.ended(true);
    refused.moved(2_000 * KB);
    clock.ms = (1_050 / 95) * 1000 + 1;
    expect(pace.delayMs()).toBe(0);
  });

  it('that is lifted is gone at once, and one that is set counts from then on', () => {
    const { pace } = paceOf({ maxBytesPerSecond: KB });
    flash(pace, 1_000 * KB);
    expect(pace.set({ maxBytesPerSecond: undefined })).toBe(true);
    expect([pace.delayMs(), pace.isOn]).toEqual([0, false]);
    flash(pace, 1_000 * KB);
    const flying = pace.begin(20 * KB);
    expect(pace.set({ maxBytesPerSecond: 10 * KB })).toBe(true);
    expect(pace.set({ maxBytesPerSecond: 10 * KB, polite: false })).toBe(false);
    expect(pace.delayMs()).toBe(Number.POSITIVE_INFINITY);
    flying.ended(false);
    expect([pace.delayMs(), pace.isOn]).toEqual([0, true]);
  });

  it('is kept over every span of time, whatever the line does and however the requests end', () => {
    const step = fc.record({
      waitMs: fc.double({ min: 0, max: 4_000, noNaN: true }),
      sizeBytes: fc.integer({ min: 0, max: 5_000 * KB }),
      /** How much of what is on its way arrives now. */
      share: fc.constantFrom(0, 0, 0.1, 0.5, 1),
      end: fc.constantFrom(undefined, undefined, true, false),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 10 * KB, max: 20_000 * KB }),
        fc.array(step, { minLength: 5, maxLength: 80 }),
        (maxBytesPerSecond, steps) => {
          const { pace, clock } = paceOf({ maxBytesPerSecond });
          const flying: { request: PacedRequest; sizeBytes: number; loadedBytes: number }[] = [];
          const sent: { ms: number; bytes: number }[] = [];
          let largest = 0;
          const load = (one: (typeof flying)[number], loadedBytes: number) => {
            const bytes = loadedBytes - one.loadedBytes;
            if (bytes > 0) sent.push({ ms: clock.ms, bytes });
            one.loadedBytes = loadedBytes;
          };
          for (const { waitMs, sizeBytes, share, end } of steps) {
            clock.ms += waitMs;
            while (pace.delayMs() === 0 && flying.length < 20) {
              flying.push({ request: pace.begin(sizeBytes), sizeBytes, loadedBytes: 0 });
              largest = Math.max(largest, sizeBytes);
            }
            for (const one of flying) {
              load(one, Math.floor(one.loadedBytes + share * (one.sizeBytes - one.loadedBytes)));
              one.request.moved(one.loadedBytes);
            }
            const [first] = end === undefined ? [] : flying.splice(0, 1);
            if (!first) continue;
            if (end) load(first, first.sizeBytes);
            first.request.ended(end === true);
          }
          expect(
            excess(sent, (seconds) => largest + (0.95 * seconds + 0.5) * maxBytesPerSecond),
          ).toBeLessThan(1);
          const promised = (seconds: number) =>
            seconds < 10 ? Number.POSITIVE_INFINITY : largest + seconds * maxBytesPerSecond;
          expect(excess(sent, promised)).toBeLessThan(1);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is used up where the line allows it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10 * KB, max: 50_000 * KB }),
        fc.array(fc.integer({ min: 1, max: 20_000 * KB }), { minLength: 1, maxLength: 50 }),
        (maxBytesPerSecond, sizes) => {
          const { pace, clock } = paceOf({ maxBytesPerSecond });
          let bytes = 0;
          for (const sizeBytes of sizes) {
            for (let waitMs = pace.delayMs(); waitMs > 0; waitMs = pace.delayMs()) {
              expect(Number.isFinite(waitMs)).toBe(true);
              clock.ms += waitMs + 0.001;
            }
            expect(clock.ms).toBeLessThanOrEqual((bytes / (0.95 * maxBytesPerSecond)) * 1000 + 1);
            flash(pace, sizeBytes);
            bytes += sizeBytes;
          }
        },
      ),
    );
  });
});

describe('politeness', () => {
  it('sends one at a time and rests as long as that took', () => {
    const { pace, clock } = paceOf({ polite: true });
    expect(pace.delayMs()).toBe(0);
    const request = pace.begin(KB);
    expect(pace.delayMs()).toBe(Number.POSITIVE_INFINITY);
    clock.ms = 3_000;
    request.ended(true);
    expect(pace.delayMs()).toBe(3_000);
    clock.ms = 5_999;
    expect(pace.delayMs()).toBe(1);
    clock.ms = 6_000;
    expect(pace.delayMs()).toBe(0);
  });

  it('does not rest after a request that came to nothing, and at most a minute after one that was slept through', () => {
    const { pace, clock } = paceOf({ polite: true });
    const broken = pace.begin(KB);
    clock.ms = 3_000;
    broken.ended(false);
    expect(pace.delayMs()).toBe(0);
    const slept = pace.begin(KB);
    clock.ms = 8 * 3_600_000;
    slept.ended(true);
    expect(pace.delayMs()).toBe(60_000);
    pace.set({ polite: false });
    expect(pace.delayMs()).toBe(0);
  });

  it('keeps a limit as well', () => {
    const { pace } = paceOf({ polite: true, maxBytesPerSecond: KB });
    flash(pace, 10 * KB);
    expect(pace.delayMs()).toBeGreaterThan(9_000);
  });
});

describe('without a pace', () => {
  it('nobody ever waits', () => {
    const { pace } = paceOf({});
    for (let i = 0; i < 100; i++) pace.begin(1e9);
    expect([pace.delayMs(), pace.isOn]).toEqual([0, false]);
  });
});
