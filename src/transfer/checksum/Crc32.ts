// biome-ignore-all lint/style/noNonNullAssertion: every index is within its array
import { splitWords } from './splitWords.ts';

/** Reversed: ISO-HDLC, the one that S3 calls CRC32, and Castagnoli's (RFC 3720), which it calls CRC32C. */
const POLYNOMIALS = { crc32: 0xedb88320, crc32c: 0x82f63b78 };
const STRIDE = 16;
const tables: { [Name in keyof typeof POLYNOMIALS]?: Int32Array } = {};

/** CRC-32 of what is given piece by piece, sixteen bytes at a time ("slicing by 16"), at about 2 GB/s. */
export class Crc32 {
  readonly #table: Int32Array;
  #crc = -1;

  constructor(algorithm: keyof typeof POLYNOMIALS = 'crc32') {
    this.#table = tables[algorithm] ??= buildTable(POLYNOMIALS[algorithm]);
  }

  update(bytes: Uint8Array): this {
    const { head, words, tail } = splitWords(bytes, STRIDE);
    this.#updateBytes(head);
    this.#updateWords(words);
    this.#updateBytes(tail);
    return this;
  }

  #updateBytes(bytes: Uint8Array): void {
    let crc = this.#crc;
    for (const byte of bytes) crc = this.#table[(crc ^ byte) & 255]! ^ (crc >>> 8);
    this.#crc = crc;
  }

  /**
   * Words and not bytes, since a fourth of the loads makes it one and a half times as fast; and what does not depend on the
   * sixteen bytes before is folded first, so that the processor need not wait for it.
   */
  #updateWords(words: Int32Array): void {
    const t = this.#table;
    const { length } = words;
    let crc = this.#crc;
    for (let i = 0; i < length; i += 4) {
      const b = words[i + 1]!;
      const c = words[i + 2]!;
      const d = words[i + 3]!;
      const rest =
        t[2816 + (b & 255)]! ^
        t[2560 + ((b >>> 8) & 255)]! ^
        t[2304 + ((b >>> 16) & 255)]! ^
        t[2048 + (b >>> 24)]! ^
        t[1792 + (c & 255)]! ^
        t[1536 + ((c >>> 8) & 255)]! ^
        t[1280 + ((c >>> 16) & 255)]! ^
        t[1024 + (c >>> 24)]! ^
        t[768 + (d & 255)]! ^
        t[512 + ((d >>> 8) & 255)]! ^
        t[256 + ((d >>> 16) & 255)]! ^
        t[d >>> 24]!;
      const a = crc ^ words[i]!;
      crc =
        rest ^
        t[3840 + (a & 255)]! ^
        t[3584 + ((a >>> 8) & 255)]! ^
        (t[3328 + ((a >>> 16) & 255)]! ^ t[3072 + (a >>> 24)]!);
    }
    this.#crc = crc;
  }

  /** Big-endian, as S3 takes it in base64. */
  digest(): Uint8Array {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, ~this.#crc >>> 0);
    return bytes;
  }
}

/** At `256 * n + byte`: what a byte does that n further bytes follow. Sixteen are folded in at once. */
function buildTable(polynomial: number): Int32Array {
  const table = new Int32Array(256 * STRIDE);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    table[byte] = crc;
  }
  for (let at = 256; at < table.length; at++) {
    const before = table[at - 256]!;
    table[at] = table[before & 255]! ^ (before >>> 8);
  }
  return table;
}
