import { expect, test } from 'vitest';
import { contentDisposition } from './contentDisposition.ts';

test.each([
  ['report.pdf', 'attachment; filename="report.pdf"'],
  ['naïve "x".pdf', `attachment; filename="na_ve _x_.pdf"; filename*=UTF-8''na%C3%AFve%20%22x%22.pdf`],
  ['100%;.txt', `attachment; filename="100__.txt"; filename*=UTF-8''100%25%3B.txt`],
  ["it's (1)*.txt", 'attachment; filename="it\'s (1)*.txt"'],
  ["ü'(1)*.txt", `attachment; filename="_'(1)*.txt"; filename*=UTF-8''%C3%BC%27%281%29%2A.txt`],
  ['🎉 日本.png', `attachment; filename="_ __.png"; filename*=UTF-8''%F0%9F%8E%89%20%E6%97%A5%E6%9C%AC.png`],
  ['a\r\nset-cookie: x=1.txt', 'attachment; filename="a__set-cookie: x=1.txt"'],
  ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
  ['C:\\autoexec.bat', 'attachment; filename="C:_autoexec.bat"'],
  ['photo\u202Egpj.exe', 'attachment; filename="photo_gpj.exe"'],
  ['half \ud83c.txt', 'attachment; filename="half _.txt"'],
  ['\0', 'attachment; filename="_"'],
  ['..', 'attachment; filename="file"'],
  [' ', 'attachment; filename="file"'],
  ['', 'attachment; filename="file"'],
])('%j is named safely', (name, expected) => {
  expect(contentDisposition('attachment', name)).toBe(expected);
});

test('a long name keeps its ending, and whole characters', () => {
  const header = contentDisposition('inline', `${'ü'.repeat(300)}.pdf`);
  const name = decodeURIComponent(header.replace(/.*filename\*=UTF-8''/, ''));
  expect(name).toMatch(/^ü{98}\.pdf$/);
  expect(header).toMatch(/^inline; filename="_{98}\.pdf";/);
});
