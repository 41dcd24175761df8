import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GIB, MAX_OBJECT_SIZE_BYTES, MAX_PART_COUNT, MAX_PART_SIZE_BYTES, MIB } from '../protocol/limits.ts';
import type { ConfigAnswer } from '../protocol/messages.ts';
import { countParts, partRange, planUpload } from './planUpload.ts';

const config = (over: Partial<ConfigAnswer['multipart']> = {}): ConfigAnswer => ({
  protocol: 1,
  restrictions: { minFileSizeBytes: null, maxFileSizeBytes: null, maxFileCount: null, allowedTypes: null },
  singleRequest: { method: 'post', maxSizeBytes: 16 * MIB },
  multipart: {
    minPartSizeBytes: 5 * MIB,
    maxPartSizeBytes: MAX_PART_SIZE_BYTES,
    maxPartCount: MAX_PART_COUNT,
    preferredPartSizeBytes: null,
    ...over,
  },
});
const partsOf = (sizeBytes: number, lanes = 6, limits = config(), bytesPerSecond?: number) => {
  const plan = planUpload(sizeBytes, limits, lanes, bytesPerSecond);
  if (plan.kind === 'single') throw new Error('planned as a single request');
  return { ...plan, count: countParts(sizeBytes, plan.partSizeBytes) };
};

describe('planUpload', () => {
  it('sends small files in one request, up to the limit and not beyond', () => {
    expect(planUpload(0, config(), 6)).toMatchObject({ kind: 'single' });
    expect(planUpload(16 * MIB, config(), 6)).toMatchObject({ kind: 'single' });
    expect(planUpload(16 * MIB + 1, config(), 6).kind).toBe('multipart');
  });

  it('makes full waves over the lanes', () => {
    for (const sizeBytes of [256 * MIB, GIB, 3 * GIB + 1])
      for (const lanes of [4, 6, 12]) expect(partsOf(sizeBytes, lanes).count % lanes).toBe(0);
  });

  it('makes at least two waves, unless the parts would be too small for the store', () => {
    expect(partsOf(100 * MIB).count).toBe(12);
    expect(partsOf(40 * MIB).partSizeBytes).toBe(5 * MIB);
  });

  it.each([
    ['a line whose rate nobody knows', undefined, 66],
    ['200 Mbit/s', 25e6, 66],
    ['50 Mbit/s', 6.25e6, 66],
    ['5 Mbit/s, where a part should not take minutes', 0.625e6, 205],
    ['10 Gbit/s, where a small part is over before the next begins', 1.25e9, 12],
  ])('chooses parts for %s', (_line, bytesPerSecond, count) => {
    expect(partsOf(GIB, 6, config(), bytesPerSecond).count).toBe(count);
  });

  it('never makes a part smaller than the store takes', () => {
    expect(partsOf(17 * MIB).partSizeBytes).toBe(5 * MIB);
  });

  it('takes the part size that the site prefers, within what the store allows', () => {
    expect(partsOf(GIB, 6, config({ preferredPartSizeBytes: 8 * MIB })).partSizeBytes).toBe(8 * MIB);
    expect(partsOf(GIB, 6, config({ preferredPartSizeBytes: 1 * MIB })).partSizeBytes).toBe(5 * MIB);
    expect(partsOf(100 * GIB, 6, config({ preferredPartSizeBytes: 5 * MIB })).count).toBeLessThanOrEqual(
      MAX_PART_COUNT,
    );
  });

  it('fits every size that S3 allows into its limits, and covers the file exactly once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16 * MIB + 1, max: MAX_OBJECT_SIZE_BYTES }),
        fc.integer({ min: 1, max: 24 }),
        fc.option(fc.double({ min: 1, max: 1e11, noNaN: true }), { nil: undefined }),
        (sizeBytes, lanes, bytesPerSecond) => {
          const { partSizeBytes, count } = partsOf(sizeBytes, lanes, config(), bytesPerSecond);
          expect(Number.isInteger(partSizeBytes)).toBe(true);
          expect(partSizeBytes).toBeGreaterThanOrEqual(5 * MIB);
          expect(partSizeBytes).toBeLessThanOrEqual(MAX_PART_SIZE_BYTES);
          expect(count).toBeLessThanOrEqual(MAX_PART_COUNT);
          expect(partRange(sizeBytes, partSizeBytes, 1).start).toBe(0);
          expect(partRange(sizeBytes, partSizeBytes, count).end).toBe(sizeBytes);
          const last = partRange(sizeBytes, partSizeBytes, count);
          expect(last.end - last.start).toBeGreaterThan(0);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('reaches the largest object there can be', () => {
    expect(partsOf(MAX_OBJECT_SIZE_BYTES)).toMatchObject({
      count: MAX_PART_COUNT,
      partSizeBytes: MAX_PART_SIZE_BYTES,
    });
  });
});

describe('partRange', () => {
  it('joins part to part without a gap', () => {
    const [a, b, c] = [1, 2, 3].map((n) => partRange(11, 5, n));
    expect([a, b, c]).toEqual([
      { start: 0, end: 5 },
      { start: 5, end: 10 },
      { start: 10, end: 11 },
    ]);
  });
});
