import { expect, it } from 'vitest';
import { isSameOption } from './isSameOption.ts';

it.each([
  [1, 1, true],
  ['a', 'b', false],
  [undefined, undefined, true],
  [undefined, null, false],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: undefined }, {}, true],
  [() => 1, () => 2, true],
  [() => 1, {}, false],
  [new Error('a'), new Error('a'), false],
  [['.pdf'], ['.pdf', '.png'], false],
])('%o and %o', (one, other, same) => {
  expect(isSameOption(one, other)).toBe(same);
  expect(isSameOption(other, one)).toBe(same);
});
