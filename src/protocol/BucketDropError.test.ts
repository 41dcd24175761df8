import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { BucketDropError, isBucketDropError } from './BucketDropError.ts';
import { isEndpointErrorCode } from './errorCodes.ts';

describe('BucketDropError', () => {
  it('carries code, hint, status and cause', () => {
    const cause = new Error('why');
    const error = new BucketDropError('file-too-large', 'm', { hint: 'h', status: 413, cause });
    expect(error).toMatchObject({
      name: 'BucketDropError',
      code: 'file-too-large',
      hint: 'h',
      status: 413,
      cause,
    });
    expect(error).toBeInstanceOf(Error);
  });

  it('is known again when it comes from another realm', () => {
    const foreign = runInNewContext('Object.assign(new Error("m"), { name: "BucketDropError", code: "c" })');
    expect(foreign instanceof Error).toBe(false);
    expect(isBucketDropError(foreign)).toBe(true);
  });

  it.each([new TypeError('t'), null, undefined, 'BucketDropError', { name: 'BucketDropError' }])(
    'is not %s',
    (value) => {
      expect(isBucketDropError(value)).toBe(false);
    },
  );
});

it('knows its own codes only', () => {
  expect(isEndpointErrorCode('unauthorized')).toBe(true);
  for (const other of ['constructor', '__proto__', 'toString', '', 7, null]) {
    expect(isEndpointErrorCode(other)).toBe(false);
  }
});
