import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { MAX_FILES_PER_CALL, MAX_OBJECT_SIZE_BYTES } from './limits.ts';
import {
  CompleteRequest,
  CreatedUpload,
  ErrorAnswer,
  NewFile,
  PartsRequest,
  UploadsAnswer,
  UploadsRequest,
} from './messages.ts';

const takes = (schema: v.GenericSchema, value: unknown) => v.is(schema, value);
const file = { id: '1', name: 'a.png', sizeBytes: 5, type: 'image/png' };

describe('a new file', () => {
  it.each([
    ['plain', {}, true],
    ['empty', { sizeBytes: 0 }, true],
    ['as large as S3 allows', { sizeBytes: MAX_OBJECT_SIZE_BYTES }, true],
    ['larger', { sizeBytes: MAX_OBJECT_SIZE_BYTES + 1 }, false],
    ['of negative size', { sizeBytes: -1 }, false],
    ['of half a byte', { sizeBytes: 0.5 }, false],
    ['of a size in words', { sizeBytes: '5' }, false],
    ['of no number', { sizeBytes: Number.NaN }, false],
    ['without an id', { id: '' }, false],
    ['with metadata', { metadata: { a: 'b' } }, true],
    ['with metadata that is no text', { metadata: { a: 1 } }, false],
    ['with a field that nobody knows', { acl: 'public-read' }, false],
    ['in parts', { partSizeBytes: 5, firstParts: 100 }, true],
    ['in parts of nothing', { partSizeBytes: 0 }, false],
    ['with too many first parts', { firstParts: 101 }, false],
  ])('%s', (_, over, expected) => {
    expect(takes(NewFile, { ...file, ...over })).toBe(expected);
  });

  it('comes with up to a hundred others', () => {
    const files = (count: number) => ({ files: Array.from({ length: count }, () => file) });
    expect(takes(UploadsRequest, files(MAX_FILES_PER_CALL))).toBe(true);
    expect(takes(UploadsRequest, files(MAX_FILES_PER_CALL + 1))).toBe(false);
    expect(takes(UploadsRequest, files(0))).toBe(false);
  });
});

describe('part numbers', () => {
  it.each([
    [1, true],
    [10_000, true],
    [0, false],
    [10_001, false],
    [1.5, false],
    ['1', false],
  ])('%s', (partNumber, expected) => {
    expect(takes(PartsRequest, { uploads: [{ ticket: 't', parts: [{ partNumber }] }] })).toBe(expected);
    const parts = [{ partNumber, etag: 'e' }];
    expect(takes(CompleteRequest, { uploads: [{ ticket: 't', parts }] })).toBe(expected);
  });
});

describe('an answer', () => {
  const form = {
    ok: true,
    id: '1',
    ticket: 't',
    key: 'k',
    method: 'post',
    url: 'u',
    fields: {},
    expiresInSeconds: 9,
  };

  it('may say more than this version knows', () => {
    expect(v.parse(CreatedUpload, { ...form, later: 1 })).toEqual(form);
    expect(takes(ErrorAnswer, { error: { code: 'new-code', message: 'm', later: 1 } })).toBe(true);
  });

  it('may refuse one file and take another', () => {
    const refused = { ok: false, id: '2', error: { code: 'file-too-large', message: 'm' } };
    expect(takes(UploadsAnswer, { uploads: [form, refused] })).toBe(true);
  });

  it('must name a way to send the file', () => {
    expect(takes(CreatedUpload, { ...form, method: 'ftp' })).toBe(false);
    expect(takes(CreatedUpload, { ...form, method: 'multipart' })).toBe(false);
  });
});
