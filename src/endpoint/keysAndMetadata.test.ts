import { describe, expect, test } from 'vitest';
import { chooseKey } from './chooseKey.ts';
import { cleanFileName, shortenFileName } from './cleanFileName.ts';
import { byteLength, isWellFormed } from './findKeyFault.ts';
import { admitType, isMediaType, parseAllowedTypes } from './isTypeAllowed.ts';
import { mapLimited } from './mapLimited.ts';
import { decodeMetadata, metadataHeaders } from './metadataHeaders.ts';
import { STORE_PROFILES } from './storeProfiles.ts';

const file = (name: string, metadata = {}) => ({ name, sizeBytes: 1, type: 'a/b', kind: null, metadata });
const defaultKey = (name: string, profile = STORE_PROFILES.aws, prefix = 'in/') =>
  chooseKey({ key: undefined, prefix }, profile, file(name), null);

describe('a file name', () => {
  test.each([
    ['a.txt', 'a.txt'],
    ['C:\\fakepath\\a.txt', 'a.txt'],
    ['folder/sub/a.txt', 'a.txt'],
    ['../../a.txt', 'a.txt'],
    ['..a', '..a'],
    ['...', '...'],
    [' a ', ' a '],
    ['%2e%2e', '%2e%2e'],
    ['a\u0301', 'a\u0301'],
    ['\u202Egpj.exe', '\u202Egpj.exe'],
    ['日本語 #1?.png', '日本語 #1?.png'],
  ])('%j is kept as %j', (name, kept) => {
    expect(cleanFileName(name)).toBe(kept);
  });

  test.each([
    ['x'.repeat(2000), 1000],
    [`${'x'.repeat(2000)}.jpeg`, 1000],
    [`${'🎉'.repeat(1000)}.png`, 999],
    [`${'é'.repeat(600)}.tar.gz`, 101],
    [`x.${'y'.repeat(2000)}`, 100],
    [`.${'y'.repeat(2000)}`, 100],
  ])('%.12s… is cut to fit at a whole character, extension and all', (name, room) => {
    const cut = shortenFileName(name, room);
    const size = byteLength(cut);
    expect(size).toBeLessThanOrEqual(room);
    expect(size).toBeGreaterThan(room - 4);
    expect(isWellFormed(cut)).toBe(true);
    const extension = /\.[^.]{1,4}$/.exec(name)?.[0] ?? '';
    expect(cut.endsWith(extension)).toBe(true);
    expect(name.startsWith(cut.slice(0, cut.length - extension.length))).toBe(true);
  });

  test('that fits is not touched', () => {
    expect(shortenFileName('x'.repeat(100), 100)).toBe('x'.repeat(100));
  });
});

describe('the default key', () => {
  test('is prefix, random id and name, never the same twice', async () => {
    const [one, other] = [await defaultKey('a b.txt'), await defaultKey('a b.txt')];
    expect(one).toMatch(/^in\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/a b\.txt$/);
    expect(one).not.toBe(other);
  });

  test.each(Object.values(STORE_PROFILES))('fits what a $name store takes', async (profile) => {
    for (const name of ['x'.repeat(4096), '🎉'.repeat(1000), `${'é'.repeat(1000)}.jpeg`]) {
      const key = await defaultKey(name, profile);
      expect(byteLength(key)).toBeLessThanOrEqual(profile.maxKeyBytes);
      for (const segment of key.split('/')) {
        expect(byteLength(segment)).toBeLessThanOrEqual(profile.maxKeySegmentBytes);
      }
    }
  });

  test('of a name of 900 characters has the whole name', async () => {
    expect(await defaultKey('x'.repeat(900))).toMatch(/\/x{900}$/);
  });
});

describe('metadata', () => {
  const headersOf = (metadata: Record<string, string>, policy?: readonly string[]) =>
    metadataHeaders(policy, file('a', metadata), null);

  test.each([
    'plain',
    'two words',
    ' ends ',
    'a  b   c',
    'ünïcode 🎉',
    '100%',
    '%20',
    '$5 "x" \\ y',
    'a\r\nb',
    '',
    ' ',
  ])('%j is stored in printable ASCII and comes back', async (value) => {
    const headers = await headersOf({ Name: value });
    const stored = headers['x-amz-meta-name'] ?? 'missing';
    expect(stored).toMatch(/^([!#%-[\]-~]+( [!#%-[\]-~]+)*)?$/);
    expect(decodeMetadata({ name: stored })).toEqual({ name: value });
  });

  test('that someone else wrote stays as it is', () => {
    expect(decodeMetadata({ a: '100%' })).toEqual({ a: '100%' });
  });

  test('of names that the site lists', async () => {
    expect(await headersOf({ Album: 'x' }, ['album'])).toEqual({ 'x-amz-meta-album': 'x' });
    await expect(headersOf({ other: 'x' }, ['album'])).rejects.toMatchObject({
      code: 'metadata-not-allowed',
    });
    await expect(headersOf({ any: 'x' }, [])).rejects.toMatchObject({ code: 'metadata-not-allowed' });
  });

  test('has at most 2,048 bytes as stored', async () => {
    expect(await headersOf({ a: 'x'.repeat(2047) })).toBeDefined();
    await expect(headersOf({ a: 'x'.repeat(2048) })).rejects.toMatchObject({ code: 'metadata-not-allowed' });
    await expect(headersOf({ a: 'é'.repeat(400) })).rejects.toMatchObject({ code: 'metadata-not-allowed' });
    await expect(headersOf({ a: '\ud800' })).rejects.toMatchObject({ code: 'metadata-not-allowed' });
  });
});

test.each([
  ['image/*', 'a', 'image/png', true],
  ['image/*', 'a', 'IMAGE/PNG', true],
  ['image/*', 'a.png', '', false],
  ['image/*', 'a', 'imagex/png', false],
  ['*/*', 'a', 'x/y', true],
  ['text/plain', 'a', 'text/plain; charset=utf-8', true],
  ['text/plain', 'a', 'text/plainer', false],
  ['.PDF', 'a.pdf', 'x/y', true],
  ['.pdf', 'apdf', 'x/y', false],
  ['.tar.gz', 'a.tar.gz', '', true],
])('%s lets %j of type %j in: %s', (rule, name, type, allowed) => {
  expect(admitType(parseAllowedTypes([rule]), { name, type }) !== null).toBe(allowed);
});

test.each([
  ['image/png', true],
  ['application/vnd.ms-excel.sheet.macroEnabled.12', true],
  ['text/plain;charset=utf-8', true],
  ['text/plain; charset="utf-8"; x=y', true],
  ['image', false],
  ['image/', false],
  ['image/png;', false],
  ['image/png\n', false],
  ['ïmage/png', false],
  [`a/${'b'.repeat(300)}`, false],
])('%j is a media type: %s', (type, expected) => {
  expect(isMediaType(type)).toBe(expected);
});

test('mapLimited keeps the order and the limit', async () => {
  let running = 0;
  let peak = 0;
  const results = await mapLimited(
    Array.from({ length: 50 }, (_, index) => index),
    7,
    async (index) => {
      running += 1;
      peak = Math.max(peak, running);
      await new Promise((resolve) => setTimeout(resolve, (index * 7) % 5));
      running -= 1;
      return index * 2;
    },
  );
  expect(results).toEqual(Array.from({ length: 50 }, (_, index) => index * 2));
  expect(peak).toBe(7);
  expect(await mapLimited([], 7, async () => 1)).toEqual([]);
});
