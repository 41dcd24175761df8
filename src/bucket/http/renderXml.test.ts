import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/makeRequest.ts';
import { childrenOf, parseXml, textOf } from './parseXml.ts';
import { renderXml } from './renderXml.ts';

describe('renderXml', () => {
  it('repeats tags for lists and leaves out what is undefined', () => {
    const xml = renderXml(
      'List',
      { Max: 2, Empty: '', Gone: undefined, Item: [{ Key: 'a' }, { Key: 'b' }] },
      false,
    );
    expect(xml).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<List><Max>2</Max><Empty></Empty><Item><Key>a</Key></Item><Item><Key>b</Key></Item></List>',
    );
  });

  it('escapes what would end a text, and control characters', () => {
    expect(renderXml('K', '<a & "b">\r\u0001', false)).toContain(
      '<K>&lt;a &amp; &quot;b&quot;&gt;&#xd;&#x1;</K>',
    );
  });
});

describe('parseXml', () => {
  it('reads what renderXml writes', () => {
    const text = ' <a & "b"> ü \u{1f600}\n';
    const root = parseXml(renderXml('Root', { Key: text, Item: ['1', '2'] }), 'Root');
    expect(textOf(root, 'Key')).toBe(text);
    expect(childrenOf(root, 'Item').map((item) => item.text)).toEqual(['1', '2']);
    expect(textOf(root, 'constructor')).toBeUndefined();
  });

  it.each([
    '',
    'text',
    '<Root>',
    '<Other/>',
    '<Root/><Root/>',
    '<Root><a></Root></a>',
    '<!DOCTYPE a><Root/>',
  ])('refuses %j', async (body) => {
    expect(await refusalOf(() => parseXml(body, 'Root'))).toContain('MalformedXML');
  });

  it('refuses a tag twice where one is asked for', async () => {
    expect(await refusalOf(() => textOf(parseXml('<R><a/><a/></R>', 'R'), 'a'))).toContain('MalformedXML');
  });
});
