import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ChecksumAlgorithm } from '../protocol/messages.ts';

/** Bits turned round, as all of these are defined. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
const POLYNOMIALS = {
  crc32c: { bits: 32, polynomial: 0x82f63b78n },
  crc64nvme: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

/** In Base64, as S3 writes it. Of a small file: the newer ones go bit by bit. */
export function checksumOfTest(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  if (algorithm === 'md5') return createHash('md5').update(bytes).digest('base64');
  if (algorithm === 'crc32') return inBase64(BigInt(crc32(bytes)), 32);
  const { bits, polynomial } = POLYNOMIALS[algorithm];
  return inBase64(crcOf(bytes, bits, polynomial), bits);
}

function crcOf(bytes: Uint8Array, bits: number, polynomial: bigint): bigint {
  const ones = (1n << BigInt(bits)) - 1n;
  let crc = ones;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return crc ^ ones;
}

function inBase64(value: bigint, bits: number): string {
  return Buffer.from(value.toString(16).padStart(bits / 4, '0'), 'hex').toString('base64');
}
