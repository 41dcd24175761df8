import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/makeRequest.ts';
import { parseTarget } from './parseTarget.ts';
import { percentDecode, uriEncode } from './percentEncoding.ts';

describe('parseTarget', () => {
  it.each([
    ['/', '127.0.0.1:9000', '', ''],
    ['/demo', 'localhost:9000', 'demo', ''],
    ['/demo/', '127.0.0.1:9000', 'demo', ''],
    ['/demo/a/b', '127.0.0.1:9000', 'demo', 'a/b'],
    ['/demo//a/../b', '127.0.0.1:9000', 'demo', '/a/../b'],
    ['/a/b', 'demo.localhost:9000', 'demo', 'a/b'],
    ['/a/b', 'my.demo.localhost', 'my.demo', 'a/b'],
    ['/a/b', 'demo.s3.localhost:9000', 'demo', 'a/b'],
    ['/demo/a', 's3.localhost:9000', 'demo', 'a'],
    ['/demo/a', undefined, 'demo', 'a'],
  ])('%s at %s', (url, host, bucket, key) => {
    expect(parseTarget(url, host)).toMatchObject({ bucket, key });
  });

  it('decodes names of any language exactly once', () => {
    const key = 'Größe 100%/日本 ü+&=#?%2F\u{1f600}';
    expect(parseTarget(`/demo/${uriEncode(key, true)}`, undefined).key).toBe(key);
    expect(parseTarget('/demo/a+b%2Bc%252F', undefined).key).toBe('a+b+c%2F');
  });

  it('reads a query, where + is a space', () => {
    const { query } = parseTarget('/demo?list-type=2&prefix=a+b%2B&flag&x=1&x=2', undefined);
    expect([query.get('prefix'), query.get('flag'), query.get('x'), query.get('none')]).toEqual([
      'a b+',
      '',
      '1',
      undefined,
    ]);
    expect(query.has('constructor')).toBe(false);
    expect(query.getIgnoringCase('list-type')).toBe('2');
  });

  it.each([
    ['/demo/%zz', 'InvalidURI'],
    ['/demo/%f', 'InvalidURI'],
    ['/demo/%ff', 'InvalidURI'],
    ['/demo/%c0%af', 'InvalidURI'],
    ['/demo/a%00b', 'InvalidURI'],
    ['*', 'InvalidURI'],
    [`/demo/${'a'.repeat(1025)}`, 'KeyTooLongError'],
    [`/demo/${'%C3%BC'.repeat(513)}`, 'KeyTooLongError'],
    [`/demo/${'%C3%BC'.repeat(512)}`, 'nothing was refused'],
  ])('%s', async (url, refusal) => {
    expect(await refusalOf(() => parseTarget(url, undefined))).toContain(refusal);
  });
});

describe('percentDecode', () => {
  it('takes bytes that came unencoded for what they are', () => {
    expect(percentDecode(Buffer.from('ü').toString('latin1'))).toBe('ü');
  });

  it('keeps a byte order mark', () => {
    expect(percentDecode('%EF%BB%BFa')).toBe('\ufeffa');
  });
});
