import { describe, expect, it } from 'vitest';
import { renderXml } from '../http/renderXml.ts';
import { refusalOf } from '../testing/makeRequest.ts';
import { answerPreflight } from './answerPreflight.ts';
import { type CorsRule, corsRulesToXml, parseCorsRules } from './CorsRule.ts';
import { matchCors, matchesPattern } from './matchCors.ts';

const rule: CorsRule = {
  AllowedOrigins: ['https://app.example'],
  AllowedMethods: ['PUT', 'GET'],
  AllowedHeaders: ['Content-*', 'x-amz-meta-name'],
  ExposeHeaders: ['ETag', 'x-amz-request-id'],
  MaxAgeSeconds: 300,
};

describe('matchCors', () => {
  it('echoes an allowed origin with all the rule says', () => {
    expect(
      matchCors([rule], { origin: 'https://app.example', method: 'PUT', headers: ['content-type'] }),
    ).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'PUT, GET',
      'access-control-allow-headers': 'content-type',
      'access-control-expose-headers': 'ETag, x-amz-request-id',
      'access-control-max-age': 300,
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
  });

  it('says * where the rule says *, and then allows no credentials', () => {
    const headers = matchCors([{ ...rule, AllowedOrigins: ['*'] }], {
      origin: 'null',
      method: 'GET',
      headers: [],
    });
    expect(headers?.['access-control-allow-origin']).toBe('*');
    expect(headers?.['access-control-allow-credentials']).toBeUndefined();
  });

  it.each([
    ['origin', { origin: 'https://app.example.evil' }],
    ['scheme', { origin: 'http://app.example' }],
    ['case of the origin', { origin: 'https://APP.example' }],
    ['method', { method: 'DELETE' }],
    ['case of the method', { method: 'put' }],
    ['header', { headers: ['content-type', 'x-amz-meta-other'] }],
  ])('allows no other %s', (_name, change) => {
    const question = { origin: 'https://app.example', method: 'PUT', headers: ['content-type'], ...change };
    expect(matchCors([rule], question)).toBeUndefined();
  });

  it('takes the first rule that allows everything', () => {
    const rules = [
      { ...rule, AllowedMethods: ['GET'], MaxAgeSeconds: 1 },
      { ...rule, MaxAgeSeconds: 2 },
      rule,
    ];
    const headers = matchCors(rules, { origin: 'https://app.example', method: 'PUT', headers: [] });
    expect(headers?.['access-control-max-age']).toBe(2);
  });

  it.each([
    ['https://*.example', 'https://a.b.example', true],
    ['https://*.example', 'https://example', false],
    ['https://a*a', 'https://a', false],
    ['*', 'null', true],
    ['http://localhost:*', 'http://localhost:5173', true],
  ])('matches %s with %s: %s', (pattern, text, matches) => {
    expect(matchesPattern(pattern, text)).toBe(matches);
  });
});

describe('answerPreflight', () => {
  const preflight = {
    origin: 'https://app.example',
    method: 'PUT',
    headers: 'Content-Type',
    resource: 'OBJECT',
  } as const;

  it('allows what the rules allow, whatever the case of the headers', () => {
    expect(answerPreflight([rule], preflight)).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-headers': 'content-type' },
    });
  });

  it.each([
    ['no rules at all', undefined, {}, 'AccessForbidden: CORSResponse: CORS is not enabled for this bucket.'],
    [
      'rules that do not fit',
      [rule],
      { method: 'POST' },
      'AccessForbidden: CORSResponse: This CORS request is not allowed.',
    ],
    [
      'no origin',
      [rule],
      { origin: undefined },
      'BadRequest: Insufficient information. Origin request header needed.',
    ],
    ['no method', [rule], { method: undefined }, 'BadRequest: Invalid Access-Control-Request-Method: null'],
  ])('refuses with %s', async (_name, rules, change, refusal) => {
    expect(await refusalOf(() => answerPreflight(rules, { ...preflight, ...change }))).toContain(refusal);
  });
});

describe('parseCorsRules', () => {
  const xml = (inner: string) => `<CORSConfiguration><CORSRule>${inner}</CORSRule></CORSConfiguration>`;
  const good = '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>';

  it('reads back what it has written', () => {
    const rules = [rule, { ID: 'a & b', AllowedOrigins: ['*'], AllowedMethods: ['GET'] }];
    expect(parseCorsRules(renderXml('CORSConfiguration', corsRulesToXml(rules)))).toEqual(rules);
  });

  it.each([
    ['another root', '<Cors/>', 'MalformedXML'],
    ['no rule', '<CORSConfiguration/>', 'MalformedXML'],
    ['no origin', xml('<AllowedMethod>PUT</AllowedMethod>'), 'MalformedXML'],
    ['broken XML', `${xml(good)}<`, 'MalformedXML'],
    ['an age that is no number', xml(`${good}<MaxAgeSeconds>x</MaxAgeSeconds>`), 'MalformedXML'],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${xml(good)}`, 'MalformedXML'],
    [
      'another method',
      xml(`${good}<AllowedMethod>PATCH</AllowedMethod>`),
      'InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is PATCH',
    ],
    [
      'two wildcards',
      xml(`${good}<AllowedOrigin>*.*</AllowedOrigin>`),
      'InvalidRequest: AllowedOrigin "*.*" can not have more than one wildcard.',
    ],
    [
      'a wildcard to expose',
      xml(`${good}<ExposeHeader>*</ExposeHeader>`),
      'InvalidRequest: ExposeHeader "*" contains wildcard',
    ],
  ])('refuses %s', async (_name, body, refusal) => {
    expect(await refusalOf(() => parseCorsRules(body))).toContain(refusal);
  });
});
