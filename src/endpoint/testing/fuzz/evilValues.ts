import fc from 'fast-check';

/** What names from outside have done to others: prototypes, folders, headers, terminals, right-to-left tricks. */
const EVIL_TEXT = [
  'constructor',
  '__proto__',
  'prototype',
  'hasOwnProperty',
  'toString',
  '..',
  '../../etc/passwd',
  '..\\..\\windows',
  '%2e%2e%2f',
  '.%2e/x',
  '/absolute.png',
  'a//b.png',
  './a.png',
  'a\r\nX-Amz-Acl: public-read',
  'a\u0000b.png',
  '\u202egnp.exe',
  '\u200f\u200e.png',
  '\ud800.png',
  '\udfff',
  '$' + '{filename}',
  '"; filename="x.html',
  '<script>.svg',
  ' leading and trailing ',
  '.',
  '',
  'é'.repeat(300),
  'x'.repeat(1100),
  '\u{1f9a6}.jpg',
  'CON',
  'null',
];
const loneSurrogates = fc
  .array(fc.integer({ min: 0xd800, max: 0xdfff }), { maxLength: 4 })
  .map((units) => String.fromCharCode(...units));
export const evilText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...EVIL_TEXT) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 24 }) },
  { weight: 1, arbitrary: loneSurrogates },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...EVIL_TEXT),
        fc.string({ maxLength: 8 }),
        fc.constantFrom('.png', '.mp4', '.mov', ''),
      )
      .map((parts) => parts.join('')),
  },
);
export const evilNumber = fc.oneof(
  fc.constantFrom(-1, -0, 0, 1, 0.5, 10_001, 2 ** 31, 2 ** 53, 5 * 2 ** 40, 1e308, -1e308),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
export const evilValue: fc.Arbitrary<unknown> = fc.oneof(
  evilText,
  evilNumber,
  fc.constantFrom<unknown>(null, true, [], {}, [[]], [null]),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Mostly as it should be, so that what lies behind the first check is reached, too. */
export const mostly = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 70, arbitrary: right },
    { weight: 1, arbitrary: evilValue },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
export const sometimes = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constant(undefined) },
    { weight: 8, arbitrary: right },
    {
      weight: 1,
      arbitrary: evilValue,
    },
  );
export const several = (one: fc.Arbitrary<unknown>, maxLength = 3) =>
  fc.array(one, { minLength: 1, maxLength });
