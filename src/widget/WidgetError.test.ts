import { describe, expect, it } from 'vitest';
import { BucketDropError } from '../protocol/BucketDropError.ts';
import { UploadFailure } from '../uppy/UploadFailure.ts';
import { ENGLISH } from './loadLocale.ts';
import { toWidgetError } from './WidgetError.ts';

const inEnglish = (error: unknown) => toWidgetError(error, ENGLISH.say);

describe('toWidgetError', () => {
  it('leaves alone what has its words already', () => {
    const failure = new UploadFailure('stalled', 'a', 'b');
    expect(inEnglish(failure)).toBe(failure);
  });

  it('gives the engine’s errors their words, and keeps them as the cause', () => {
    const error = new BucketDropError('unauthorized', 'for developers', { status: 401 });
    expect(inEnglish(error)).toMatchObject({ code: 'unauthorized', cause: error });
    expect(inEnglish(error).message).toMatch(/not signed in/);
    expect(inEnglish(error).details).toMatch(/Sign in/);
  });

  it.each([
    [
      Object.assign(new Error('S3 returned 403'), { status: 403, serviceCode: 'AccessDenied' }),
      'bucket-refused',
      /AccessDenied/,
    ],
    [Object.assign(new Error('S3 returned 503'), { status: 503 }), 'bucket-failed', /failed several times/],
    [
      Object.assign(new Error('Network error'), { code: 'NETWORK' }),
      'bucket-unreachable',
      /cannot be reached/,
    ],
    [new TypeError('x is undefined'), 'internal', /went wrong/],
    ['a string', 'internal', /went wrong/],
  ])('knows the stock plugin’s errors: %o', (error, code, message) => {
    expect(inEnglish(error).code).toBe(code);
    expect(inEnglish(error).message).toMatch(message);
  });
});
