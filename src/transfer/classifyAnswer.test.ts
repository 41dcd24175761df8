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
    ['a 200 with an error inside', 200, 'InternalError', 'error-in-200', 'retry'],
    ['a 200 that asks for less', 200, 'SlowDown', 'slow-down', 'retry'],
    ['a 200 of an upload that is gone', 200, 'NoSuchUpload', 'upload-gone', 'restart'],
    ['no status at all', 0, undefined, 'network', 're-sign'],
    ['a slow client', 400, 'RequestTimeout', 'request-timeout', 'retry'],
    ['a damaged body', 400, 'BadDigest', 'damaged', 'retry'],
    ['a bad request', 400, 'InvalidArgument', 'refused', 'give-up'],
    ['too small a form', 400, 'EntityTooSmall', 'refused', 'give-up'],
    ['a refused URL', 403, 'AccessDenied', 'url-refused', 're-sign'],
    ['a clock that is off', 403, 'RequestTimeTooSkewed', 'url-expired', 're-sign'],
    ['credentials that are over', 400, 'ExpiredToken', 'url-expired', 're-sign'],
    ['a name that every object has', 400, 'constructor', 'refused', 'give-up'],
    ['a bad signature', 403, 'SignatureDoesNotMatch', 'url-refused', 're-sign'],
    ['an upload that is gone', 404, 'NoSuchUpload', 'upload-gone', 'restart'],
    ['a bucket that is gone', 404, 'NoSuchBucket', 'refused', 'give-up'],
    ['a timeout', 408, undefined, 'request-timeout', 'retry'],
    ['a conflict', 409, 'OperationAborted', 'conflict', 'retry'],
    ['a failed condition', 412, 'PreconditionFailed', 'precondition-failed', 'give-up'],
    ['too many requests', 429, undefined, 'too-many-requests', 'retry'],
    ['an internal error', 500, 'InternalError', 'store-error', 'retry'],
    ['a bad gateway', 502, undefined, 'store-error', 'retry'],
    ['a store that asks for less', 503, 'SlowDown', 'slow-down', 'retry'],
    ['a server that is overloaded', 503, 'ServiceUnavailable', 'store-error', 'retry'],
  ] as const)('%s', (_, status, code, kind, action) => {
    const failure = classifyAnswer(answer(status, code), 'https://b.example/k?X-Amz-Signature=s');
    expect(failure?.kind).toBe(kind);
    if (failure) expect(RETRY_POLICY[failure.kind].action).toBe(action);
  });

  it.each([
    ['a URL', 'Request has expired'],
    ['a form', 'Invalid according to Policy: Policy expired.'],
    ['a URL of tomorrow', 'Request is not yet valid'],
  ])('tells by its words that the time of %s is over', (_, words) => {
    const body = `<Error><Code>AccessDenied</Code><Message>${words}</Message></Error>`;
    expect(classifyAnswer({ ...answer(403), body }, 'u')?.kind).toBe('url-expired');
  });

  it.each([
    ['a login page', '<!DOCTYPE html><title>Welcome to the hotel</title>', {}, 'malformed-answer'],
    ['some text', 'OK', {}, 'malformed-answer'],
    ['some text with an ETag', 'OK', { etag: '"e"' }, undefined],
    ['XML', '<?xml version="1.0"?><PostResponse><ETag>"e"</ETag></PostResponse>', {}, undefined],
    ['nothing', '', {}, undefined],
  ] as const)('takes a 200 with %s for what it is', (_, body, headers, kind) => {
    expect(classifyAnswer({ ...answer(200, undefined, headers), body }, 'u')?.kind).toBe(kind);
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
