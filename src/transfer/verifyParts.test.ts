import { describe, expect, it } from 'vitest';
import type { MultipartSession } from './UploadSession.ts';
import { verifyParts } from './verifyParts.ts';

const session = (...sizes: (number | undefined)[]): MultipartSession => ({
  kind: 'multipart',
  ticket: 't',
  key: 'k',
  partSizeBytes: 5,
  checksum: null,
  checksums: new Map(),
  signedParts: new Map(),
  storedParts: new Map(
    sizes.flatMap((sizeBytes, i) =>
      sizeBytes === undefined ? [] : [[i + 1, { etag: `e${i + 1}`, sizeBytes }]],
    ),
  ),
});

describe('verifyParts', () => {
  it('lists all parts in order', () => {
    expect(verifyParts(11, session(5, 5, 1))).toEqual({
      parts: [
        { partNumber: 1, etag: 'e1' },
        { partNumber: 2, etag: 'e2' },
        { partNumber: 3, etag: 'e3' },
      ],
    });
  });

  it.each([
    ['a part is missing', session(5, undefined, 1)],
    ['the last part is missing', session(5, 5)],
    ['a part is too short', session(5, 4, 1)],
    ['the last part is too long', session(5, 5, 2)],
  ])('refuses when %s', (_, broken) => {
    expect(() => verifyParts(11, broken)).toThrow(expect.objectContaining({ code: 'parts-incomplete' }));
  });
});
