import { describe, expect, it } from 'vitest';
import { intersectTypes, mergeRestrictions, toUppyRestrictions } from './mergeRestrictions.ts';

const endpoint = {
  minFileSizeBytes: 1,
  maxFileSizeBytes: 1_000,
  maxFileCount: 10,
  allowedTypes: ['image/*', '.pdf'],
};

describe('mergeRestrictions', () => {
  it('takes the tighter of two limits, from either side', () => {
    expect(
      mergeRestrictions({ maxFileSizeBytes: 500, maxFileCount: 20, minFileSizeBytes: 7 }, endpoint),
    ).toEqual({
      minFileSizeBytes: 7,
      maxFileSizeBytes: 500,
      maxFileCount: 10,
      maxTotalSizeBytes: null,
      minFileCount: null,
      allowedTypes: ['image/*', '.pdf'],
    });
  });

  it('keeps the limits of one side where the other has none', () => {
    const open = { minFileSizeBytes: null, maxFileSizeBytes: null, maxFileCount: null, allowedTypes: null };
    expect(mergeRestrictions({ maxTotalSizeBytes: 9, maxFileCount: 3 }, open)).toMatchObject({
      maxTotalSizeBytes: 9,
      maxFileCount: 3,
      allowedTypes: null,
    });
    expect(mergeRestrictions({ maxFileSizeBytes: undefined })).toMatchObject({ maxFileSizeBytes: null });
  });
});

describe('intersectTypes', () => {
  it.each([
    [['image/png', 'video/mp4'], ['image/*'], ['image/png']],
    [['image/*'], ['image/png'], ['image/png']],
    [['.PNG', '.exe'], ['image/*'], ['.png']],
    [['.pdf'], ['application/pdf'], ['.pdf']],
    [['*/*'], ['.pdf', 'image/*'], ['.pdf', 'image/*']],
    [['audio/*'], ['image/*'], []],
    [['.constructor'], ['image/*'], []],
    [['image/*', 'image/png'], ['image/*'], ['image/*', 'image/png']],
  ])('of %j and %j is %j', (one, other, both) => {
    expect(intersectTypes(one, other)).toEqual(both);
  });

  it('is the other list where one has none', () => {
    expect(intersectTypes(null, ['.pdf'])).toEqual(['.pdf']);
    expect(intersectTypes(['.pdf'], null)).toEqual(['.pdf']);
    expect(intersectTypes(null, null)).toBeNull();
  });
});

describe('toUppyRestrictions', () => {
  it('speaks of extensions as core compares them', () => {
    const limits = mergeRestrictions({ allowedTypes: ['.tar.gz', '.pdf', 'image/*'], maxFileCount: 2 });
    expect(toUppyRestrictions(limits)).toMatchObject({
      allowedFileTypes: ['.gz', '.pdf', 'image/*'],
      maxNumberOfFiles: 2,
      maxFileSize: null,
    });
  });
});
