import type { ChecksumAlgorithm } from './ChecksumAlgorithm.ts';

/** Reflected polynomials: CRC32 (zlib), CRC32C (Castagnoli, RFC 3720), CRC64NVME (NVM Express NVM Command Set). */
const POLYNOMIALS: Partial<Record<ChecksumAlgorithm, { readonly bits: bigint; readonly poly: bigint }>> = {
  CRC32: { bits: 32n, poly: 0xedb88320n },
  CRC32C: { bits: 32n, poly: 0x82f63b78n },
  CRC64NVME: { bits: 64n, poly: 0x9a6c9329ac4bc9b5n },
};

/** Whether the checksum of a whole can be had from its parts' checksums, so that `FULL_OBJECT` is possible. */
export function canCombine(algorithm: ChecksumAlgorithm): boolean {
  return POLYNOMIALS[algorithm] !== undefined;
}

/**
 * The CRC of the parts one after another, from each part's CRC (big-endian bytes) and length in bytes.
 * The method is zlib's `crc32_combine`: the first CRC times x^(8 * length of the second) modulo the polynomial,
 * plus the second.
 * @throws TypeError for an algorithm that is no CRC.
 */
export function combineCrc(
  algorithm: ChecksumAlgorithm,
  parts: ReadonlyArray<{ readonly digest: Buffer; readonly size: number }>,
): Buffer {
  const field = POLYNOMIALS[algorithm];
  if (field === undefined) throw new TypeError(`${algorithm} is no CRC`);
  const { bits, poly } = field;
  // Nearly all parts have one length, and so one factor.
  const factors = new Map<number, bigint>();
  let crc = 0n;
  for (const part of parts) {
    let factor = factors.get(part.size);
    if (factor === undefined) {
      factor = powerOfX(BigInt(part.size) * 8n, bits, poly);
      factors.set(part.size, factor);
    }
    crc = multiply(factor, crc, bits, poly) ^ BigInt(`0x${part.digest.toString('hex')}`);
  }
  return Buffer.from(crc.toString(16).padStart(Number(bits / 4n), '0'), 'hex');
}

/** x^exponent modulo the polynomial; the highest bit is x^0. */
function powerOfX(exponent: bigint, bits: bigint, poly: bigint): bigint {
  let result = 1n << (bits - 1n);
  let square = 1n << (bits - 2n);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(square, result, bits, poly);
    square = multiply(square, square, bits, poly);
  }
  return result;
}

function multiply(a: bigint, b: bigint, bits: bigint, poly: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << (bits - 1n); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ poly : shifted >> 1n;
  }
  return product;
}
