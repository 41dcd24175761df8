import { describe, expect, it } from 'vitest';
import { describeLimits } from './describeLimits.ts';
import { formatBytes } from './formatBytes.ts';
import { ENGLISH, loadLocale } from './loadLocale.ts';
import { mergeRestrictions, type WidgetRestrictions } from './mergeRestrictions.ts';

const GIB = 1024 ** 3;
const inEnglish = (restrictions: WidgetRestrictions) =>
  describeLimits(mergeRestrictions(restrictions), ENGLISH.say, 'en');

describe('describeLimits', () => {
  it.each<[WidgetRestrictions, string]>([
    [{}, ''],
    [
      { maxFileCount: 10, maxFileSizeBytes: 2 * GIB, allowedTypes: ['image/*'] },
      'Up to 10 files, up to 2 GB each; images only',
    ],
    [{ maxFileCount: 1, maxFileSizeBytes: 1536 * 1024 }, 'One file, up to 1.5 MB'],
    [{ allowedTypes: ['image/*', '.pdf', 'application/pdf', 'image/svg+xml'] }, 'Images, PDF, and SVG only'],
    [{ allowedTypes: ['*/*'] }, ''],
    [{ minFileSizeBytes: 1 }, ''],
    [{ minFileSizeBytes: 2048, minFileCount: 2 }, 'At least 2 files, at least 2 kB each'],
  ])('%j is "%s"', (restrictions, text) => {
    expect(inEnglish(restrictions)).toBe(text);
  });

  it('speaks German', async () => {
    const { say, language } = await loadLocale('de');
    const limits = mergeRestrictions({
      maxFileCount: 3,
      maxFileSizeBytes: 1.5 * GIB,
      allowedTypes: ['image/*', 'video/*'],
    });
    expect(describeLimits(limits, say, language)).toBe(
      'Bis zu 3 Dateien, je bis zu 1,5\u00a0GB; nur Bilder und Videos',
    );
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 byte'],
    [1023, '1,023 byte'],
    [1024, '1 kB'],
    [10 * 1024 ** 2, '10 MB'],
    [5 * 1024 ** 4, '5 TB'],
    [5000 * 1024 ** 4, '5,000 TB'],
  ])('%i is %s', (bytes, text) => {
    expect(formatBytes(bytes, 'en')).toBe(text);
  });
});
