import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GIB, MAX_OBJECT_SIZE_BYTES, MAX_PART_COUNT, MAX_PART_SIZE_BYTES, MIB } from '../protocol/limits.ts';
import type { ConfigAnswer } from '../protocol/messages.ts';
import type { PaceOptions } from './PaceOptions.ts';
import { pacedConfig } from './pacedConfig.ts';
import { countParts, planUpload } from './planUpload.ts';

const config = (preferredPartSizeBytes: number | null = null): ConfigAnswer => ({
  protocol: 1,
  restrictions: { minFileSizeBytes: null, maxFileSizeBytes: null, maxFileCount: null, allowedTypes: null },
  singleRequest: { method: 'post', maxSizeBytes: 16 * MIB },
  multipart: {
    minPartSizeBytes: 5 * MIB,
    maxPartSizeBytes: MAX_PART_SIZE_BYTES,
    maxPartCount: MAX_PART_COUNT,
    preferredPartSizeBytes,
  },
});
const plan = (sizeBytes: number, pace: PaceOptions, preferred?: number) =>
  planUpload(sizeBytes, pacedConfig(config(preferred), sizeBytes, pace), 6);

describe('pacedConfig', () => {
  it('leaves all as it is without a pace', () => {
    const given = config();
    expect(pacedConfig(given, GIB, {})).toBe(given);
    expect(pacedConfig(given, GIB, { maxBytesPerSecond: Number.POSITIVE_INFINITY, polite: false })).toBe(
      given,
    );
  });

  it('makes the parts as small as the store takes them', () => {
    for (const pace of [
      { polite: true },
      { maxBytesPerSecond: 3e6 },
      { maxBytesPerSecond: 3e8, polite: true },
    ])
      expect(plan(GIB, pace)).toMatchObject({ kind: 'multipart', partSizeBytes: 5 * MIB });
    expect(plan(GIB, { maxBytesPerSecond: 80 * MIB })).toMatchObject({ partSizeBytes: 10 * MIB });
    expect(plan(GIB, { maxBytesPerSecond: 1e9 })).toMatchObject({ partSizeBytes: 16 * MIB });
  });

  it('keeps the part size that the site asks for', () => {
    expect(plan(GIB, { polite: true }, 32 * MIB)).toMatchObject({ partSizeBytes: 32 * MIB });
  });

  it('sends in parts what would be under way in one request for more than two seconds', () => {
    expect(plan(6 * MIB, { maxBytesPerSecond: 2 * MIB }).kind).toBe('multipart');
    expect(plan(5 * MIB, { maxBytesPerSecond: 2 * MIB }).kind).toBe('single');
    expect(plan(6 * MIB, { maxBytesPerSecond: 3 * MIB }).kind).toBe('single');
    expect(plan(16 * MIB, { maxBytesPerSecond: 100 * MIB }).kind).toBe('single');
    expect(plan(6 * MIB, { polite: true }).kind).toBe('multipart');
    expect(plan(0, { polite: true, maxBytesPerSecond: 1 }).kind).toBe('single');
  });

  it('fits every size and pace into what S3 allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: MAX_OBJECT_SIZE_BYTES }),
        fc.option(fc.double({ min: 0, minExcluded: true, noNaN: true }), { nil: undefined }),
        fc.boolean(),
        (sizeBytes, maxBytesPerSecond, polite) => {
          const planned = plan(sizeBytes, { maxBytesPerSecond, polite });
          if (planned.kind === 'single') {
            expect(sizeBytes).toBeLessThanOrEqual(16 * MIB);
            return;
          }
          const { partSizeBytes } = planned;
          expect(Number.isInteger(partSizeBytes)).toBe(true);
          expect(partSizeBytes).toBeGreaterThanOrEqual(5 * MIB);
          expect(partSizeBytes).toBeLessThanOrEqual(MAX_PART_SIZE_BYTES);
          expect(countParts(sizeBytes, partSizeBytes)).toBeLessThanOrEqual(MAX_PART_COUNT);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
