import { describe, expect, it } from 'vitest';
import { allowsOrigin, exposes, judgePreflight } from './judgeCors.ts';

const ORIGIN = 'https://my.site';
const question = { origin: ORIGIN, method: 'PUT', headers: ['content-type', 'x-amz-checksum-crc32'] };
const allowed = {
  'access-control-allow-origin': ORIGIN,
  'access-control-allow-methods': 'GET, PUT',
  'access-control-allow-headers': 'Content-Type,X-Amz-Checksum-CRC32',
};
const judge = (headers: Record<string, string>, asked: object = {}, ok = true) =>
  judgePreflight({ ok, headers: new Headers({ ...allowed, ...headers }) }, { ...question, ...asked });

describe('a browser', () => {
  it.each<[string, Parameters<typeof judge>, ReturnType<typeof judge>]>([
    ['takes what is allowed', [{}], undefined],
    ['takes every origin', [{ 'access-control-allow-origin': '*' }], undefined],
    [
      'takes no origin that only looks alike',
      [{ 'access-control-allow-origin': `${ORIGIN}/` }],
      { what: 'origin' },
    ],
    ['takes no refusal', [{}, {}, false], { what: 'status' }],
    ['takes every method', [{ 'access-control-allow-methods': '*' }], undefined],
    ['takes a method as it is written', [{ 'access-control-allow-methods': 'put' }], { what: 'method' }],
    ['needs no leave for POST', [{ 'access-control-allow-methods': 'PUT' }, { method: 'POST' }], undefined],
    [
      'names the headers that are missing',
      [{ 'access-control-allow-headers': 'content-type' }],
      { what: 'headers', names: ['x-amz-checksum-crc32'] },
    ],
    ['takes an asterisk for headers', [{ 'access-control-allow-headers': '*' }], undefined],
    [
      'but not for this one',
      [{ 'access-control-allow-headers': '*' }, { headers: ['authorization', 'x-a'] }],
      { what: 'headers', names: ['authorization'] },
    ],
  ])('%s', (_, [headers, asked, ok], expected) => {
    expect(judge(headers, asked, ok)).toEqual(expected);
  });

  it('shows a page what is exposed', () => {
    const headers = new Headers({ 'access-control-expose-headers': 'x-amz-request-id, etag' });
    expect(exposes(headers, 'ETag')).toBe(true);
    expect(exposes(new Headers(), 'ETag')).toBe(false);
    expect(allowsOrigin(new Headers(), ORIGIN)).toBe(false);
  });
});
