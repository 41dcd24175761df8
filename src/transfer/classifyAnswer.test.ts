import { describe, expect, it } from 'vitest';
import { classifyAnswer } from './classifyAnswer.ts';
import { RETRY_POLICY } from './retryPolicy.ts';

const answer = (status: number, code?: string, headers: Record<string, string> = {}) => ({
  status,
  body: code ? `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>` : '',
  header: (name: string) => headers[name] ?? null,
});

describe('classifyAnswer', () => {
  it.each([
    ['a success', 200, undefined, undefined, undefined],
    ['a form that was stored', 201, undefined, undefined, undefined],
    ['a 200 with an error inside', 200, 'InternalError', 'store-error', 'retry'],
    ['no status at all', 0, undefined, 'network', 're-sign'],
    ['a slow client', 400, 'RequestTimeout', 'store-error', 'retry'],
    ['a damaged body', 400, 'BadDigest', 'damaged', 'retry'],
    ['a bad request', 400, 'InvalidArgument', 'refused', 'give-up'],
    ['too small a form', 400, 'EntityTooSmall', 'refused', 'give-up'],
    ['an expired URL', 403, 'AccessDenied', 'url-refused', 're-sign'],
    ['a bad signature', 403, 'SignatureDoesNotMatch', 'url-refused', 're-sign'],
    ['an upload that is gone', 404, 'NoSuchUpload', 'upload-gone', 'restart'],
    ['a bucket that is gone', 404, 'NoSuchBucket', 'refused', 'give-up'],
    ['a timeout', 408, undefined, 'store-error', 'retry'],
    ['a conflict', 409, 'OperationAborted', 'store-error', 'retry'],
    ['a failed condition', 412, 'PreconditionFailed', 'refused', 'give-up'],
    ['too many requests', 429, undefined, 'throttled', 'retry'],
    ['an internal error', 500, 'InternalError', 'store-error', 'retry'],
    ['a bad gateway', 502, undefined, 'store-error', 'retry'],
    ['a store that asks for less', 503, 'SlowDown', 'throttled', 'retry'],
  ] as const)('%s', (_, status, code, kind, action) => {
    const failure = classifyAnswer(answer(status, code), 'https://b.example/k?X-Amz-Signature=s');
    expect(failure?.kind).toBe(kind);
    if (failure) expect(RETRY_POLICY[failure.kind].action).toBe(action);
  });

  it('keeps the signature out of the error', () => {
    const failure = classifyAnswer(answer(500), 'https://b.example/k?X-Amz-Signature=secret');
    expect(JSON.stringify({ ...failure, message: failure?.message, stack: failure?.stack })).not.toContain(
      'secret',
    );
  });

  it('hears how long to wait', () => {
    expect(classifyAnswer(answer(503, 'SlowDown', { 'retry-after': '9' }), 'u')?.retryAfterSeconds).toBe(9);
  });
});
