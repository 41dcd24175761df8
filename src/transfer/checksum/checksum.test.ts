import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crc32 } from './Crc32.ts';
import { combineCrc32, combineCrc32s } from './combineCrc32.ts';
import { hashBlob } from './hashBlob.ts';

const base64 = (crc: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
};
const anyBytes = fc.uint8Array({ maxLength: 300 });

describe('Crc32', () => {
  it('knows the check value of the catalogue', () => {
    expect(
      Buffer.from(new Crc32().update(new TextEncoder().encode('123456789')).digest()).toString('hex'),
    ).toBe('cbf43926');
  });

  it('says the same as zlib, however the bytes come', () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 5 }), (pieces) => {
        const crc = new Crc32();
        for (const piece of pieces) crc.update(piece);
        expect(Buffer.from(crc.digest()).readUInt32BE()).toBe(crc32(Buffer.concat(pieces)));
      }),
    );
  });
});

describe('combineCrc32', () => {
  it('makes of the parts the checksum of the whole', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (a, b) => {
        expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
      }),
    );
  });

  it('does so for any number of them, and for parts longer than 4 GiB', () => {
    const pieces = [10, 0, 7, 300].map((size) => Buffer.alloc(size, size));
    const parts = pieces.map((piece) => ({ checksum: base64(crc32(piece)), sizeBytes: piece.length }));
    expect(combineCrc32s(parts)).toBe(base64(crc32(Buffer.concat(pieces))));
    // 5 GiB of zeros behind one byte, taken in one step and in five.
    const gib = 2 ** 30;
    const zeros = (count: number): number => {
      let crc = 0;
      const one = crc32(Buffer.alloc(1 << 20));
      for (let i = 0; i < count; i++) crc = combineCrc32(crc, one, 1 << 20);
      return crc;
    };
    const fiveGib = zeros(5 * 1024);
    let inSteps = crc32('x');
    for (let i = 0; i < 5; i++) inSteps = combineCrc32(inSteps, zeros(1024), gib);
    expect(combineCrc32(crc32('x'), fiveGib, 5 * gib)).toBe(inSteps);
  });
});

describe('hashBlob', () => {
  const bytes = Buffer.from(Array.from({ length: 200_001 }, (_, i) => (i * 7919) >>> 3));

  it('reads a Blob piece by piece', async () => {
    const blob = new Blob([bytes]);
    expect(await hashBlob(blob, 'crc32')).toBe(base64(crc32(bytes)));
    expect(await hashBlob(blob, 'md5')).toBe(createHash('md5').update(bytes).digest('base64'));
    expect(await hashBlob(blob.slice(5, 9), 'md5')).toBe(
      createHash('md5').update(bytes.subarray(5, 9)).digest('base64'),
    );
  });

  it('knows the checksum of nothing', async () => {
    expect(await hashBlob(new Blob([]), 'crc32')).toBe('AAAAAA==');
    expect(await hashBlob(new Blob([]), 'md5')).toBe('1B2M2Y8AsgTpgAmY7PhCfg==');
  });
});
