// biome-ignore-all lint/style/noNonNullAssertion: every index is within its array
/** Reversed polynomial of CRC-32 (ISO-HDLC), the one that S3 calls CRC32. */
const POLYNOMIAL = 0xedb88320;
const STRIDE = 16;

/** At `256 * n + byte`: what a byte does that n further bytes follow. Sixteen are folded in at once. */
const TABLE = buildTable();

/** CRC-32 of what is given bit by bit, at about the speed of memory. */
export class Crc32 {
  #crc = 0xffffffff;

  update(bytes: Uint8Array): this {
    const b = bytes;
    const { length } = bytes;
    let crc = this.#crc;
    let i = 0;
    for (; i + STRIDE <= length; i += STRIDE) {
      crc =
        TABLE[3840 + ((crc ^ b[i]!) & 255)]! ^
        TABLE[3584 + (((crc >>> 8) ^ b[i + 1]!) & 255)]! ^
        TABLE[3328 + (((crc >>> 16) ^ b[i + 2]!) & 255)]! ^
        TABLE[3072 + ((crc >>> 24) ^ b[i + 3]!)]! ^
        TABLE[2816 + b[i + 4]!]! ^
        TABLE[2560 + b[i + 5]!]! ^
        TABLE[2304 + b[i + 6]!]! ^
        TABLE[2048 + b[i + 7]!]! ^
        TABLE[1792 + b[i + 8]!]! ^
        TABLE[1536 + b[i + 9]!]! ^
        TABLE[1280 + b[i + 10]!]! ^
        TABLE[1024 + b[i + 11]!]! ^
        TABLE[768 + b[i + 12]!]! ^
        TABLE[512 + b[i + 13]!]! ^
        TABLE[256 + b[i + 14]!]! ^
        TABLE[b[i + 15]!]!;
    }
    for (; i < length; i++) crc = TABLE[(crc ^ b[i]!) & 255]! ^ (crc >>> 8);
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

function buildTable(): Uint32Array {
  const table = new Uint32Array(256 * STRIDE);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[byte] = crc;
  }
  for (let at = 256; at < table.length; at++) {
    const before = table[at - 256]!;
    table[at] = table[before & 255]! ^ (before >>> 8);
  }
  return table;
}
