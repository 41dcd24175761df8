// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { readOptions } from './elementOptions.ts';
import { REFLECTED_PROPERTIES, ReflectingElement } from './ReflectingElement.ts';

const parse = (html: string): Element => {
  const place = document.createElement('div');
  place.innerHTML = html;
  return place.firstElementChild as Element;
};

describe('readOptions', () => {
  it('reads every attribute', () => {
    const element = parse(
      '<p endpoint="/api" kind="avatar" credentials="include" dialect="companion" auto-upload locale="de" theme="dark" transfer="uppy-aws-s3" width="50%" height="300" note="" journal="off" keep-small-files warn-before-leaving="off" stored-files="session" keep-awake max-bytes-per-second="2.5e6" polite>',
    );
    expect(readOptions(element)).toEqual({
      storedFiles: 'session',
      endpoint: '/api',
      kind: 'avatar',
      credentials: 'include',
      dialect: 'companion',
      autoUpload: true,
      locale: 'de',
      theme: 'dark',
      transfer: 'uppy-aws-s3',
      width: '50%',
      height: 300,
      note: '',
      journal: false,
      keepSmallFiles: true,
      warnBeforeLeaving: false,
      keepAwake: true,
      maxBytesPerSecond: 2_500_000,
      polite: true,
    });
  });

  it('takes nothing for what is left out or unknown', () => {
    const element = parse(
      '<p endpoint="/api" theme="pink" transfer="pigeon" credentials="all" dialect="latin" locale="" journal="never" warn-before-leaving="on">',
    );
    expect(Object.entries(readOptions(element)).filter(([, value]) => value !== undefined)).toEqual([
      ['endpoint', '/api'],
      ['autoUpload', false],
      ['keepSmallFiles', false],
      ['polite', false],
      ['storedFiles', false],
      ['keepAwake', false],
    ]);
    expect(readOptions(parse('<p stored-files>')).storedFiles).toBe(true);
    for (const rate of ['', 'fast', '0', '-1', 'NaN'])
      expect(readOptions(parse(`<p max-bytes-per-second="${rate}">`)).maxBytesPerSecond).toBe(undefined);
  });
});

describe('ReflectingElement', () => {
  customElements.define('reflecting-element', ReflectingElement);

  it('keeps every property in its attribute', () => {
    const element = document.createElement('reflecting-element') as InstanceType<typeof ReflectingElement>;
    for (const name of REFLECTED_PROPERTIES) {
      const isFlag = typeof element[name] === 'boolean';
      expect(element[name]).toBe(isFlag ? false : '');
      Reflect.set(element, name, isFlag ? true : 'x');
      expect(element[name]).toBe(isFlag ? true : 'x');
    }
    expect(element.getAttributeNames().sort()).toEqual(
      [...REFLECTED_PROPERTIES]
        .map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
        .sort(),
    );
    element.required = false;
    expect(element.hasAttribute('required')).toBe(false);
  });
});
