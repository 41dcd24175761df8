import type { ChecksumAlgorithm } from '../../protocol/messages.ts';

interface Field {
  bits: bigint;
  /** Reversed. */
  polynomial: bigint;
}
export interface PieceChecksum {
  /** Base64. */
  checksum: string;
  sizeBytes: number;
}

const FIELDS: Partial<Record<ChecksumAlgorithm, Field>> = {
  crc32: { bits: 32n, polynomial: 0xedb88320n },
  crc32c: { bits: 32n, polynomial: 0x82f63b78n },
  crc64nvme: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
};

/**
 * The checksum of a whole from those of its pieces: what came before is moved on by as many zero bits as the next piece
 * has, which is a multiplication modulo the polynomial.
 * Source: zlib's `crc32_combine`
 *
 * @param pieces in order; sizes may be beyond 2^32
 * @returns base64; undefined for an algorithm that is no CRC
 */
export function combineCrcs(
  algorithm: ChecksumAlgorithm | null,
  pieces: Iterable<PieceChecksum>,
): string | undefined {
  const field = algorithm === null ? undefined : FIELDS[algorithm];
  if (!field) return undefined;
  // Nearly all pieces have one size, and so one factor.
  const factors = new Map<number, bigint>();
  let whole = 0n;
  for (const { checksum, sizeBytes } of pieces) {
    const factor = factors.get(sizeBytes) ?? powerOfX(BigInt(sizeBytes) * 8n, field);
    factors.set(sizeBytes, factor);
    whole = multiply(factor, whole, field) ^ fromBase64(checksum);
  }
  return toBase64(whole, Number(field.bits) / 8);
}

/** a·b modulo the polynomial; the highest bit is x^0. */
function multiply(a: bigint, b: bigint, { bits, polynomial }: Field): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = 1n << (bits - 1n); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

/** x^exponent modulo the polynomial, by squaring. */
function powerOfX(exponent: bigint, field: Field): bigint {
  let power = 1n << (field.bits - 1n);
  let square = power >> 1n;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(square, power, field);
    square = multiply(square, square, field);
  }
  return power;
}

function fromBase64(text: string): bigint {
  let value = 0n;
  for (const character of atob(text)) value = (value << 8n) | BigInt(character.charCodeAt(0));
  return value;
}

function toBase64(value: bigint, length: number): string {
  return btoa(
    Array.from({ length }, (_, at) =>
      String.fromCharCode(Number((value >> BigInt(8 * (length - 1 - at))) & 255n)),
    ).join(''),
  );
}
