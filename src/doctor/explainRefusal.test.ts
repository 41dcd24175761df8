import { describe, expect, it } from 'vitest';
import { type Attempt, explainRefusal, readRefusal } from './explainRefusal.ts';
import type { Cause } from './Report.ts';

const ATTEMPT: Attempt = { bucket: 'photos', region: 'eu-central-1', action: 's3:PutObject' };
const answer = (status: number, inside: string, headers: Record<string, string> = {}) => ({
  status,
  headers: new Headers(headers),
  body: inside === '' ? '' : `<?xml version="1.0"?><Error>${inside}</Error>`,
});
const error = (code: string, message = 'x') => `<Code>${code}</Code><Message>${message}</Message>`;

describe('a refusal', () => {
  // as AWS words them: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  it.each<[string, ReturnType<typeof answer>, Cause, RegExp]>([
    [
      'a redirect to another region',
      answer(301, error('PermanentRedirect'), { 'x-amz-bucket-region': 'us-west-2' }),
      'wrong-region',
      /is in us-west-2/,
    ],
    [
      'a region that is named',
      answer(400, `${error('AuthorizationHeaderMalformed')}<Region>us-west-2</Region>`),
      'wrong-region',
      /us-west-2/,
    ],
    [
      'a region in a signed URL',
      answer(
        400,
        error(
          'AuthorizationQueryParametersError',
          "Error parsing the X-Amz-Credential parameter; the region 'eu-central-1' is wrong; expecting 'us-west-2'",
        ),
      ),
      'wrong-region',
      /us-west-2/,
    ],
    ['a clock', answer(403, error('RequestTimeTooSkewed')), 'clock', /clock/],
    ['a time that is over', answer(403, error('AccessDenied', 'Request has expired')), 'clock', /clock/],
    ['a token', answer(400, error('ExpiredToken')), 'wrong-token', /token/],
    ['a right', answer(403, error('AccessDenied', 'Access Denied')), 'denied', /s3:PutObject/],
    ['a status without a word', answer(403, ''), 'denied', /403/],
    ['an outage', answer(503, error('SlowDown')), 'store-failed', /SlowDown/],
    ['a success with an error in it', answer(200, error('InternalError')), 'store-refused', /InternalError/],
    [
      'anything else',
      answer(400, error('InvalidArgument', 'no such thing')),
      'store-refused',
      /no such thing/,
    ],
  ])('about %s is named', (_, given, cause, says) => {
    const refusal = readRefusal(given);
    const finding = refusal && explainRefusal(refusal, ATTEMPT);
    expect(finding).toMatchObject({ cause, message: expect.stringMatching(says) });
  });

  it('is a matter of the clock wherever the clock is far off', () => {
    const refusal = readRefusal(answer(403, error('AccessDenied')));
    expect(refusal && explainRefusal(refusal, { ...ATTEMPT, clockSkewMs: -600_000 }).cause).toBe('clock');
    expect(refusal && explainRefusal(refusal, { ...ATTEMPT, clockSkewMs: -60_000 }).cause).toBe('denied');
  });

  it('is none where all went well', () => {
    expect(readRefusal({ status: 204, headers: new Headers(), body: '' })).toBeUndefined();
  });
});
