import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/makeRequest.ts';
import { authenticatePolicy } from './authenticatePolicy.ts';
import { evaluatePolicy } from './evaluatePolicy.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const expiration = '2026-01-01T00:10:00Z';

function evaluate(
  conditions: unknown,
  fields: Record<string, string>,
  at = now,
  until: unknown = expiration,
) {
  const json = JSON.stringify({ expiration: until, conditions });
  return evaluatePolicy(json, { fields: new Map(Object.entries(fields)), bucket: 'demo', now: at });
}

const refused = (...args: Parameters<typeof evaluate>) => refusalOf(() => evaluate(...args));

describe('evaluatePolicy', () => {
  it('lets a form pass whose every field is covered', () => {
    const size = evaluate(
      [
        { bucket: 'demo' },
        ['starts-with', '$key', 'in/'],
        ['eq', '$Content-Type', 'image/png'],
        { 'x-amz-meta-a': 'b' },
        ['content-length-range', 5, 10],
      ],
      {
        key: 'in/x.png',
        'content-type': 'image/png',
        'x-amz-meta-a': 'b',
        policy: 'p',
        'x-amz-signature': 's',
        'x-ignore-me': '1',
      },
    );
    expect(size).toEqual({ min: 5, max: 10 });
  });

  it('takes the narrowest of several size ranges, and any size without one', () => {
    expect(
      evaluate(
        [
          ['content-length-range', 1, 10],
          ['content-length-range', 5, 20],
        ],
        {},
      ),
    ).toEqual({ min: 5, max: 10 });
    expect(evaluate([], {})).toEqual({ min: 0, max: Number.POSITIVE_INFINITY });
  });

  it.each([
    ['another key', [{ key: 'a' }], { key: 'b' }, 'Policy Condition failed: ["eq","$key","a"]'],
    [
      'another start',
      [['starts-with', '$key', 'in/']],
      { key: 'out/in/' },
      'Policy Condition failed: ["starts-with","$key","in/"]',
    ],
    ['another bucket', [{ bucket: 'other' }], {}, 'Policy Condition failed'],
    ['a missing field', [{ 'x-amz-meta-a': 'b' }], {}, 'Policy Condition failed'],
    [
      'a field nobody spoke of',
      [{ key: 'a' }],
      { key: 'a', 'x-amz-meta-sneak': '1' },
      'Extra input fields: x-amz-meta-sneak',
    ],
    [
      'a content type nobody spoke of',
      [{ key: 'a' }],
      { key: 'a', 'content-type': 'text/html' },
      'Extra input fields: content-type',
    ],
  ])('refuses %s', async (_name, conditions, fields, refusal) => {
    const message = await refused(conditions, fields as Record<string, string>);
    expect(message).toContain('AccessDenied: Invalid according to Policy');
    expect(message).toContain(refusal);
  });

  it('covers no field by a name of Object.prototype', async () => {
    expect(await refused([], { constructor: 'x' })).toContain('Extra input fields: constructor');
  });

  it('refuses a policy from the moment it has expired', async () => {
    const at = Date.parse(expiration);
    expect(await refused([], {}, at)).toBe('nothing was refused');
    expect(await refused([], {}, at + 1)).toBe('AccessDenied: Invalid according to Policy: Policy expired.');
  });

  it.each([
    ['no JSON', () => evaluatePolicy('{', { fields: new Map(), bucket: 'demo', now })],
    ['null', () => evaluatePolicy('null', { fields: new Map(), bucket: 'demo', now })],
    ['no expiration', () => evaluate([], {}, now, null)],
    ['an expiration without a time zone', () => evaluate([], {}, now, '2026-01-01T00:10:00')],
    ['no conditions', () => evaluate(undefined, {})],
    ['an unknown operator', () => evaluate([['ends-with', '$key', 'x']], {})],
    ['a name without $', () => evaluate([['eq', 'key', 'x']], {})],
    ['a range upside down', () => evaluate([['content-length-range', 10, 5]], {})],
    ['a condition of two names', () => evaluate([{ key: 'a', acl: 'b' }], {})],
    ['a number for a condition', () => evaluate([7], {})],
  ])('calls %s an invalid document', async (_name, action) => {
    expect(await refusalOf(action)).toContain('InvalidPolicyDocument');
  });
});

describe('authenticatePolicy', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
  const policy =
    'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9';
  const identity = {
    region: 'us-east-1',
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
  };
  const fields = {
    policy,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request',
    'x-amz-date': '20151229T000000Z',
    'x-amz-signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
  };
  const check = (changes: Record<string, string | undefined> = {}) => {
    const all = Object.entries({ ...fields, ...changes }).filter(([, value]) => value !== undefined);
    return authenticatePolicy(new Map(all as [string, string][]), identity);
  };

  it('accepts the published example', () => {
    expect(JSON.parse(check())).toMatchObject({ expiration: '2015-12-30T12:00:00.000Z' });
  });

  it.each([
    [{ policy: undefined }, 'AccessDenied'],
    [{ policy: `${policy}A` }, 'SignatureDoesNotMatch'],
    [{ 'x-amz-signature': fields['x-amz-signature'].replace('8', '9') }, 'SignatureDoesNotMatch'],
    [
      { 'x-amz-signature': undefined },
      "InvalidArgument: Bucket POST must contain a field named 'X-Amz-Signature'",
    ],
    [{ 'x-amz-algorithm': 'none' }, 'InvalidArgument'],
    [{ 'x-amz-date': 'now' }, 'InvalidArgument'],
    [{ 'x-amz-credential': 'AKIANOBODY/20151229/us-east-1/s3/aws4_request' }, 'InvalidAccessKeyId'],
    [
      { 'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/eu-west-1/s3/aws4_request' },
      "the region 'eu-west-1' is wrong",
    ],
    [{ 'x-amz-security-token': 't' }, 'InvalidToken'],
  ])('refuses %o', async (changes, refusal) => {
    expect(await refusalOf(() => check(changes))).toContain(refusal);
  });
});
