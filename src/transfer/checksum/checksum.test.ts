import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32cJs, Crc64NvmeJs } from '@aws-sdk/checksums/crc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crc32 } from './Crc32.ts';
import { Crc64 } from './Crc64.ts';
import { combineCrcs } from './combineCrcs.ts';
import { hashBlob } from './hashBlob.ts';

const base64 = (crc: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
};
const anyBytes = fc.uint8Array({ maxLength: 300 });

/** Each of ours, its check value in the catalogue of CRCs, and somebody else's. */
const CRCS = [
  {
    name: 'crc32',
    create: () => new Crc32(),
    check: 'cbf43926',
    other: async (bytes: Uint8Array) => Buffer.from(base64(crc32(bytes)), 'base64'),
  },
  {
    name: 'crc32c',
    create: () => new Crc32('crc32c'),
    check: 'e3069283',
    other: (bytes: Uint8Array) => digestOf(new Crc32cJs(), bytes),
  },
  {
    name: 'crc64nvme',
    create: () => new Crc64(),
    check: 'ae8b14860a799888',
    other: (bytes: Uint8Array) => digestOf(new Crc64NvmeJs(), bytes),
  },
] as const;

async function digestOf(sdk: Crc32cJs | Crc64NvmeJs, bytes: Uint8Array): Promise<Buffer> {
  sdk.update(bytes);
  return Buffer.from(await sdk.digest());
}

describe.each(CRCS)('$name', ({ name, create, check, other }) => {
  it('knows the check value of the catalogue', () => {
    const digest = create().update(new TextEncoder().encode('123456789')).digest();
    expect(Buffer.from(digest).toString('hex')).toBe(check);
  });

  it('says the same as somebody else’s, however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBytes, { maxLength: 5 }), async (pieces) => {
        const crc = create();
        for (const piece of pieces) crc.update(piece);
        expect(Buffer.from(crc.digest())).toEqual(await other(Buffer.concat(pieces)));
      }),
    );
  });

  it('says the same wherever in memory the bytes begin', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, fc.nat(7), fc.nat(100), async (bytes, offset, cut) => {
        const memory = new Uint8Array(offset + bytes.length);
        memory.set(bytes, offset);
        const crc = create()
          .update(memory.subarray(offset, offset + cut))
          .update(memory.subarray(offset + cut));
        expect(Buffer.from(crc.digest())).toEqual(await other(bytes));
      }),
    );
  });

  it('is that of the whole when those of the pieces are combined', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBytes, { maxLength: 5 }), async (pieces) => {
        const parts = await Promise.all(
          pieces.map(async (piece) => ({
            checksum: (await other(piece)).toString('base64'),
            sizeBytes: piece.length,
          })),
        );
        expect(combineCrcs(name, parts)).toBe((await other(Buffer.concat(pieces))).toString('base64'));
      }),
    );
  });

  it('is combined of pieces longer than 4 GiB as well', async () => {
    const gib = 2 ** 30;
    const checksum = (await other(Buffer.alloc(1 << 20))).toString('base64');
    const zeros = (mebibytes: number) =>
      combineCrcs(name, Array(mebibytes).fill({ checksum, sizeBytes: 1 << 20 })) ?? '';
    const x = { checksum: (await other(Buffer.from('x'))).toString('base64'), sizeBytes: 1 };
    const oneGib = { checksum: zeros(1024), sizeBytes: gib };
    // 5 GiB of zeros behind one byte, taken in one step and in five.
    expect(combineCrcs(name, [x, { checksum: zeros(5 * 1024), sizeBytes: 5 * gib }])).toBe(
      combineCrcs(name, [x, ...Array(5).fill(oneGib)]),
    );
  });
});

it('MD5s make no checksum of a whole', () => {
  expect(combineCrcs('md5', [{ checksum: '1B2M2Y8AsgTpgAmY7PhCfg==', sizeBytes: 0 }])).toBeUndefined();
  expect(combineCrcs(null, [])).toBeUndefined();
});

describe('hashBlob', () => {
  const bytes = Buffer.from(Array.from({ length: 200_001 }, (_, i) => (i * 7919) >>> 3));

  it('reads a Blob piece by piece', async () => {
    const blob = new Blob([bytes]);
    expect(await hashBlob(blob, 'crc32')).toBe(base64(crc32(bytes)));
    for (const { name, other } of CRCS)
      expect(await hashBlob(blob, name)).toBe((await other(bytes)).toString('base64'));
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
