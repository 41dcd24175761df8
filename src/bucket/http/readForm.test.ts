import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/makeRequest.ts';
import { readForm } from './readForm.ts';

const boundary = 'xxBOUNDARYxx';
const type = `multipart/form-data; boundary=${boundary}`;

function part(name: string, value: string, extra = ''): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n${value}\r\n`;
}

async function read(text: string, size = 1000, contentType: string | undefined = type) {
  const bytes = Buffer.from(text);
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const form = await readForm(contentType, pieces());
  const file: Buffer[] = [];
  for await (const chunk of form.file) file.push(chunk);
  return {
    fields: Object.fromEntries(form.fields),
    fileName: form.fileName,
    file: Buffer.concat(file).toString(),
  };
}

const end = `--${boundary}--\r\n`;

describe('readForm', () => {
  it.each([1, 13, 100_000])('reads fields, then the file (%i bytes at a time)', async (size) => {
    const text = `${part('Key', 'a/ü')}${part('file', 'content\r\n--xxBOUND', '; filename="C:\\Bilder\\ü 😀.png"\r\nContent-Type: image/png')}${part('late', 'x')}${end}`;
    expect(await read(text, size)).toEqual({
      fields: { key: 'a/ü' },
      fileName: 'ü 😀.png',
      file: 'content\r\n--xxBOUND',
    });
  });

  it('takes a file without a name, and an empty one', async () => {
    expect(await read(`${part('file', '')}${end}`)).toEqual({ fields: {}, fileName: '', file: '' });
  });

  it('keeps a percent sign of a file name as it is', async () => {
    expect((await read(`${part('file', 'x', '; filename="100%25 %41.txt"')}${end}`)).fileName).toBe(
      '100%25 %41.txt',
    );
  });

  it.each([
    ['no file', `${part('key', 'a')}${end}`, 'InvalidArgument: POST requires exactly one file'],
    [
      'a field that comes twice',
      `${part('key', 'a')}${part('KEY', 'b')}${part('file', 'x')}${end}`,
      'InvalidArgument: A form field comes twice',
    ],
    [
      'fields of more than 20 KB',
      `${part('a', 'x'.repeat(15_000))}${part('b', 'x'.repeat(15_000))}${part('file', 'x')}${end}`,
      'MaxPostPreDataLengthExceededError',
    ],
    [
      'one field of more than 20 KB',
      `${part('a', 'x'.repeat(30_000))}${part('file', 'x')}${end}`,
      'MaxPostPreDataLengthExceededError',
    ],
    ['a form that breaks off in the file', part('file', 'x'.repeat(5000)), 'MalformedPOSTRequest'],
    [
      'a form that breaks off in a field',
      `--${boundary}\r\nContent-Disposition: form-data; name="key"\r\n\r\nabc`,
      'MalformedPOSTRequest',
    ],
  ])('refuses %s', async (_name, text, refusal) => {
    expect(await refusalOf(() => read(text))).toContain(refusal);
  });

  it('refuses a type without a boundary', async () => {
    expect(await refusalOf(() => read('', 10, 'multipart/form-data'))).toContain('MalformedPOSTRequest');
  });

  it('passes on why the body failed', async () => {
    const failing = async function* () {
      yield Buffer.from(`${part('file', 'x'.repeat(100)).slice(0, -10)}`);
      throw Object.assign(new Error('gone'), { name: 'ConnectionLost' });
    };
    const form = await readForm(type, failing());
    const drained = (async () => {
      for await (const _ of form.file);
    })();
    await expect(drained).rejects.toThrow('gone');
  });
});
