import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGLISH, findPack, loadLocale } from './loadLocale.ts';
import { strings as german } from './locales/de_DE.ts';
import { storedEnglish } from './stored/storedStrings.ts';
import { english } from './strings.ts';

const placeholders = (text: unknown) =>
  [...JSON.stringify(text).matchAll(/%\{\w+\}/g)].map(([name]) => name).sort();

describe('findPack', () => {
  it.each([
    ['de_DE', 'de_DE'],
    ['de-DE', 'de_DE'],
    ['de', 'de_DE'],
    ['de-AT', 'de_DE'],
    ['PT-br', 'pt_BR'],
    ['pt', 'pt_PT'],
    ['zh', 'zh_CN'],
    ['sr_RS_Latin', 'sr_RS_Latin'],
    ['en_US', undefined],
    ['en-GB', undefined],
    ['xx', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('%s is %s', (asked, pack) => {
    expect(findPack(asked)).toBe(pack);
  });

  it('knows every pack that Uppy brings', () => {
    const folder = join(dirname(createRequire(import.meta.url).resolve('@uppy/locales/package.json')), 'lib');
    const packs = readdirSync(folder).filter((file) => /^[a-z]{2}_.*\.js$/.test(file));
    expect(packs.length).toBeGreaterThan(40);
    for (const pack of packs.map((file) => file.replace('.js', '')).filter((name) => name !== 'en_US'))
      expect(findPack(pack)).toBe(pack);
  });
});

describe('loadLocale', () => {
  it('is English without a name, and for a language that nobody has written', async () => {
    expect(await loadLocale(undefined)).toBe(ENGLISH);
    expect(await loadLocale('tlh')).toBe(ENGLISH);
  });

  it('says Uppy’s strings and ours in German', async () => {
    const locale = await loadLocale('de_DE');
    expect(locale.uppy.strings.cancel).toBe('Abbrechen');
    expect(locale.say('tryAgain')).toBe('Noch einmal versuchen');
    expect(locale.say('filesFailed', { smart_count: 1 })).toBe('1 Datei wurde nicht hochgeladen');
    expect(locale.language).toBe('de-DE');
  });

  it('falls back to English sentence by sentence, with the plural forms of the language', async () => {
    const polish = await loadLocale('pl_PL');
    expect(polish.uppy.strings.cancel).not.toBe('Cancel');
    for (const count of [0, 1, 2, 5, 22])
      expect(polish.say('filesFailed', { smart_count: count })).toMatch(`${count} file`);
    expect((await loadLocale('ar')).direction).toBe('rtl');
    expect(polish.direction).toBe('ltr');
  });

  it('takes strings of the page’s own', async () => {
    const own = { strings: { tryAgain: 'Once more!', dropHint: 'Here' }, language: 'en-GB' };
    const locale = await loadLocale(own);
    expect(locale.say('tryAgain')).toBe('Once more!');
    expect(locale.say('alreadyInList', { file: 'a' })).toBe('“a” is already in the list.');
    expect(locale.uppy.strings.dropHint).toBe('Here');
    expect(locale.language).toBe('en-GB');
  });
});

describe('the German strings', () => {
  const allEnglish = { ...english, ...storedEnglish };

  it('have the values of the English ones', () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(allEnglish).sort());
    for (const key of Object.keys(allEnglish) as (keyof typeof allEnglish)[])
      expect(new Set(placeholders(german[key])), key).toEqual(
        // "one file" is spelled out in the singular
        new Set(placeholders(allEnglish[key])),
      );
  });
});
