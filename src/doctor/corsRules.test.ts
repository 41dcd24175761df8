import { describe, expect, it } from 'vitest';
import { awsCliLine, exposesEtag, recommendedCorsRule, withRecommendedRule } from './corsRules.ts';

const origin = 'https://app.example.com';
const rule = (more: object) => ({ AllowedOrigins: ['*'], AllowedMethods: ['PUT'], ...more });

describe('the CORS rules of a bucket', () => {
  it('let a page read ETags by the rule that we recommend', () => {
    expect(exposesEtag([recommendedCorsRule([origin])], origin)).toBe(true);
    expect(exposesEtag([recommendedCorsRule([origin])], 'https://other.example.com')).toBe(false);
  });

  it.each([
    ['no rule', [], false],
    ['no header', [rule({})], false],
    ['another header', [rule({ ExposeHeaders: ['x-amz-request-id'] })], false],
    ['the header in small letters', [rule({ ExposeHeaders: ['etag'] })], true],
    ['all headers', [rule({ ExposeHeaders: ['*'] })], true],
    ['another method', [rule({ AllowedMethods: ['GET'], ExposeHeaders: ['ETag'] })], false],
    [
      'a pattern that fits',
      [rule({ AllowedOrigins: ['https://*.example.com'], ExposeHeaders: ['ETag'] })],
      true,
    ],
    [
      'a pattern that does not',
      [rule({ AllowedOrigins: ['http://*.example.com'], ExposeHeaders: ['ETag'] })],
      false,
    ],
    ['a first rule that fits without it', [rule({}), rule({ ExposeHeaders: ['ETag'] })], false],
  ])('are judged with %s', (_, rules, expected) => {
    expect(exposesEtag(rules, origin)).toBe(expected);
  });

  it('keep their others, and only one of ours', () => {
    const theirs = rule({ ID: 'theirs' });
    const once = withRecommendedRule([theirs], [origin]);
    const twice = withRecommendedRule(once, ['https://new.example.com']);
    expect(once).toHaveLength(2);
    expect(twice).toEqual([recommendedCorsRule(['https://new.example.com']), theirs]);
  });

  it('become a line for the terminal', () => {
    const store = {
      bucket: 'photos',
      region: 'x',
      endpoint: 'http://s3',
      accessKeyId: 'a',
      secretAccessKey: 'topsecret',
    };
    const line = awsCliLine(store, [recommendedCorsRule([origin])]);
    expect(line).toContain(
      'aws s3api put-bucket-cors --bucket photos --endpoint-url http://s3 --cors-configuration',
    );
    expect(JSON.parse(line.slice(line.indexOf("'") + 1, -1))).toEqual({
      CORSRules: [recommendedCorsRule([origin])],
    });
    expect(line).not.toContain('topsecret');
  });
});
