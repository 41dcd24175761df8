import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canCombine, combineCrc } from './combineCrc.ts';
import { createDigest, digestOf } from './createDigest.ts';

const CRCS = ['CRC32', 'CRC32C', 'CRC64NVME'] as const;

describe('createDigest', () => {
  // The check values of the catalogues of CRCs and hashes, for the digits 1 to 9.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
    ['MD5', '25f9e794323b453885f5181f1b624d0b'],
  ] as const)('computes %s, in one go and piece by piece', async (algorithm, hex) => {
    const text = Buffer.from('123456789');
    expect((await digestOf(algorithm, text)).toString('hex')).toBe(hex);
    const digest = createDigest(algorithm);
    for (const byte of text) digest.update(Buffer.of(byte));
    expect((await digest.digest()).toString('hex')).toBe(hex);
  });
});

describe('combineCrc', () => {
  it.each(CRCS)('makes the %s of the whole from those of its parts', async (algorithm) => {
    const sizes = [1, 5000, 5000, 0, 77, 65_537, 3];
    const parts = sizes.map((size) => randomBytes(size));
    const digests = await Promise.all(
      parts.map(async (part) => ({ digest: await digestOf(algorithm, part), size: part.length })),
    );
    const whole = await digestOf(algorithm, Buffer.concat(parts));
    expect(combineCrc(algorithm, digests)).toEqual(whole);
    const [first, second, ...rest] = digests as [(typeof digests)[0], (typeof digests)[0]];
    expect(combineCrc(algorithm, [second, first, ...rest])).not.toEqual(whole);
  });

  it.each(CRCS)('leaves the %s of a single part as it is, leading zeros too', (algorithm) => {
    const digest = Buffer.alloc(algorithm === 'CRC64NVME' ? 8 : 4);
    digest[digest.length - 1] = 7;
    expect(combineCrc(algorithm, [{ digest, size: 9 }])).toEqual(digest);
  });

  it('combines 10,000 parts in no time', () => {
    const parts = Array.from({ length: 10_000 }, () => ({ digest: randomBytes(8), size: 5 * 1024 * 1024 }));
    const started = performance.now();
    combineCrc('CRC64NVME', parts);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('knows that hashes do not combine', () => {
    expect(canCombine('SHA256')).toBe(false);
    expect(() => combineCrc('SHA256', [])).toThrow(TypeError);
  });
});
