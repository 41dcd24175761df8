import { describe, expect, it } from 'vitest';
import { pageKeys } from './pageKeys.ts';

const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'c', 'd/4', 'e\u{ffff}', 'e\u{1f600}'];
const all = { prefix: '', delimiter: '', after: '', max: 1000 };

describe('pageKeys', () => {
  it('lists all, or what begins with a prefix', () => {
    expect(pageKeys(keys, all)).toEqual({ keys, prefixes: [] });
    expect(pageKeys(keys, { ...all, prefix: 'b/' }).keys).toEqual(['b/1', 'b/2', 'b/c/3']);
  });

  it('folds what is below a delimiter', () => {
    expect(pageKeys(keys, { ...all, delimiter: '/' })).toEqual({
      keys: ['a', 'c', 'e\u{ffff}', 'e\u{1f600}'],
      prefixes: ['b/', 'd/'],
    });
    expect(pageKeys(keys, { ...all, delimiter: '/', prefix: 'b/' })).toEqual({
      keys: ['b/1', 'b/2'],
      prefixes: ['b/c/'],
    });
  });

  it.each([
    ['', 1],
    ['/', 1],
    ['', 3],
    ['/', 2],
  ])('comes to the same in pages (delimiter %j, %i a page)', (delimiter, max) => {
    const seen: string[] = [];
    let after = '';
    for (let pages = 0; pages < 20; pages++) {
      const page = pageKeys(keys, { ...all, delimiter, max, after });
      expect(page.keys.length + page.prefixes.length).toBeLessThanOrEqual(max);
      seen.push(...page.keys, ...page.prefixes);
      if (page.next === undefined) break;
      after = page.next;
    }
    const whole = pageKeys(keys, { ...all, delimiter });
    expect(seen.sort()).toEqual([...whole.keys, ...whole.prefixes].sort());
  });

  it('says that more follows only when it does', () => {
    expect(pageKeys(keys, { ...all, max: keys.length }).next).toBeUndefined();
    expect(pageKeys(keys, { ...all, max: keys.length - 1 }).next).toBe('e\u{ffff}');
  });
});
