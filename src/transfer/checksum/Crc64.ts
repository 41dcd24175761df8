// biome-ignore-all lint/style/noNonNullAssertion: every index is within its array
import { splitWords } from './splitWords.ts';

/** The reversed polynomial of NVM Express, in two halves: what S3 calls CRC64NVME. */
const HIGH = 0x9a6c9329;
const LOW = 0xac4bc9b5;
const STRIDE = 16;

interface Tables {
  high: Int32Array;
  low: Int32Array;
}
let tables: Tables | undefined;

/** CRC-64/NVME of what is given piece by piece, in halves of 32 bits: BigInt would be a hundred times slower. */
export class Crc64 {
  readonly #tables = sharedTables();
  #high = -1;
  #low = -1;

  update(bytes: Uint8Array): this {
    const { head, words, tail } = splitWords(bytes, STRIDE);
    this.#updateBytes(head);
    this.#updateWords(words);
    this.#updateBytes(tail);
    return this;
  }

  #updateBytes(bytes: Uint8Array): void {
    const { high: h, low: l } = this.#tables;
    let high = this.#high;
    let low = this.#low;
    for (const byte of bytes) {
      const at = (low ^ byte) & 255;
      low = l[at]! ^ ((low >>> 8) | (high << 24));
      high = h[at]! ^ (high >>> 8);
    }
    this.#high = high;
    this.#low = low;
  }

  #updateWords(words: Int32Array): void {
    const { high: h, low: l } = this.#tables;
    const { length } = words;
    let high = this.#high;
    let low = this.#low;
    for (let i = 0; i < length; i += 4) {
      const c = words[i + 2]!;
      const d = words[i + 3]!;
      const c0 = 1792 + (c & 255);
      const c1 = 1536 + ((c >>> 8) & 255);
      const c2 = 1280 + ((c >>> 16) & 255);
      const c3 = 1024 + (c >>> 24);
      const d0 = 768 + (d & 255);
      const d1 = 512 + ((d >>> 8) & 255);
      const d2 = 256 + ((d >>> 16) & 255);
      const d3 = d >>> 24;
      const restHigh = h[c0]! ^ h[c1]! ^ h[c2]! ^ h[c3]! ^ h[d0]! ^ h[d1]! ^ h[d2]! ^ h[d3]!;
      const restLow = l[c0]! ^ l[c1]! ^ l[c2]! ^ l[c3]! ^ l[d0]! ^ l[d1]! ^ l[d2]! ^ l[d3]!;
      const a = low ^ words[i]!;
      const b = high ^ words[i + 1]!;
      const a0 = 3840 + (a & 255);
      const a1 = 3584 + ((a >>> 8) & 255);
      const a2 = 3328 + ((a >>> 16) & 255);
      const a3 = 3072 + (a >>> 24);
      const b0 = 2816 + (b & 255);
      const b1 = 2560 + ((b >>> 8) & 255);
      const b2 = 2304 + ((b >>> 16) & 255);
      const b3 = 2048 + (b >>> 24);
      high = restHigh ^ h[a0]! ^ h[a1]! ^ h[a2]! ^ h[a3]! ^ h[b0]! ^ h[b1]! ^ h[b2]! ^ h[b3]!;
      low = restLow ^ l[a0]! ^ l[a1]! ^ l[a2]! ^ l[a3]! ^ l[b0]! ^ l[b1]! ^ l[b2]! ^ l[b3]!;
    }
    this.#high = high;
    this.#low = low;
  }

  /** Big-endian, as S3 takes it in base64. */
  digest(): Uint8Array {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, ~this.#high);
    view.setInt32(4, ~this.#low);
    return bytes;
  }
}

function sharedTables(): Tables {
  tables ??= buildTables();
  return tables;
}

/** At `256 * n + byte`: what a byte does that n further bytes follow. Sixteen are folded in at once. */
function buildTables(): Tables {
  const high = new Int32Array(256 * STRIDE);
  const low = new Int32Array(256 * STRIDE);
  for (let byte = 0; byte < 256; byte++) {
    let top = 0;
    let bottom = byte;
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = bottom & 1;
      bottom = (bottom >>> 1) | (top << 31);
      top >>>= 1;
      if (isOdd) {
        bottom ^= LOW;
        top ^= HIGH;
      }
    }
    high[byte] = top;
    low[byte] = bottom;
  }
  for (let at = 256; at < high.length; at++) {
    const [top, bottom] = [high[at - 256]!, low[at - 256]!];
    high[at] = high[bottom & 255]! ^ (top >>> 8);
    low[at] = low[bottom & 255]! ^ ((bottom >>> 8) | (top << 24));
  }
  return { high, low };
}
