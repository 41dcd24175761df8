// biome-ignore-all lint/style/noNonNullAssertion: every index is within its array
/** Reversed: ISO-HDLC, the one that S3 calls CRC32, and Castagnoli's (RFC 3720), which it calls CRC32C. */
const POLYNOMIALS = { crc32: 0xedb88320, crc32c: 0x82f63b78 };
const STRIDE = 16;
const tables: { [Name in keyof typeof POLYNOMIALS]?: Uint32Array } = {};

/** CRC-32 of what is given piece by piece, at about the speed of memory. */
export class Crc32 {
  readonly #table: Uint32Array;
  #crc = 0xffffffff;

  constructor(algorithm: keyof typeof POLYNOMIALS = 'crc32') {
    this.#table = tables[algorithm] ??= buildTable(POLYNOMIALS[algorithm]);
  }

  update(bytes: Uint8Array): this {
    const table = this.#table;
    const b = bytes;
    const { length } = bytes;
    let crc = this.#crc;
    let i = 0;
    for (; i + STRIDE <= length; i += STRIDE) {
      crc =
        table[3840 + ((crc ^ b[i]!) & 255)]! ^
        table[3584 + (((crc >>> 8) ^ b[i + 1]!) & 255)]! ^
        table[3328 + (((crc >>> 16) ^ b[i + 2]!) & 255)]! ^
        table[3072 + ((crc >>> 24) ^ b[i + 3]!)]! ^
        table[2816 + b[i + 4]!]! ^
        table[2560 + b[i + 5]!]! ^
        table[2304 + b[i + 6]!]! ^
        table[2048 + b[i + 7]!]! ^
        table[1792 + b[i + 8]!]! ^
        table[1536 + b[i + 9]!]! ^
        table[1280 + b[i + 10]!]! ^
        table[1024 + b[i + 11]!]! ^
        table[768 + b[i + 12]!]! ^
        table[512 + b[i + 13]!]! ^
        table[256 + b[i + 14]!]! ^
        table[b[i + 15]!]!;
    }
    for (; i < length; i++) crc = table[(crc ^ b[i]!) & 255]! ^ (crc >>> 8);
    this.#crc = crc;
    return this;
  }

  /** Big-endian, as S3 takes it in base64. */
  digest(): Uint8Array {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, (this.#crc ^ 0xffffffff) >>> 0);
    return bytes;
  }
}

/** At `256 * n + byte`: what a byte does that n further bytes follow. Sixteen are folded in at once. */
function buildTable(polynomial: number): Uint32Array {
  const table = new Uint32Array(256 * STRIDE);
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
