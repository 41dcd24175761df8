import { expect, test } from 'vitest';
import { previewTypeOf } from './previewTypes.ts';

test.each([
  ['image/png', 'image/png'],
  [' IMAGE/JPEG ;q=1', 'image/jpeg'],
  ['video/mp4; codecs="avc1"', 'video/mp4'],
  ['application/pdf', 'application/pdf'],
])('%j is shown as %s', (type, expected) => expect(previewTypeOf(type)).toBe(expected));

test.each([
  'image/svg+xml',
  'image/svg+xml; image/png',
  'image/png/../svg+xml',
  'image/png,text/html',
  'text/html',
  'text/plain',
  'application/xhtml+xml',
  'multipart/x-mixed-replace',
  'constructor',
  '__proto__',
  '',
])('%j is only downloaded', (type) => expect(previewTypeOf(type)).toBeNull());
