/** Reversed polynomial of CRC-32 (ISO-HDLC). */
const POLYNOMIAL = 0xedb88320;

/**
 * The CRC-32 of two pieces one behind the other, from the CRC-32 of each: the first is moved on by as many zero bits
 * as the second has, which is a multiplication modulo the polynomial.
 * Source: zlib's `crc32_combine`
 *
 * @param secondSizeBytes the length of the second piece; may be beyond 2^32
 */
export function combineCrc32(first: number, second: number, secondSizeBytes: number): number {
  return (multiply(powerOfX(secondSizeBytes * 8), first) ^ second) >>> 0;
}

/** @param crcs each part's CRC-32 in base64, with its size, in order */
export function combineCrc32s(crcs: Iterable<{ checksum: string; sizeBytes: number }>): string {
  let all = 0;
  for (const { checksum, sizeBytes } of crcs) all = combineCrc32(all, fromBase64(checksum), sizeBytes);
  return btoa(String.fromCharCode(all >>> 24, (all >>> 16) & 255, (all >>> 8) & 255, all & 255));
}

/** a·b modulo the polynomial; the highest bit is x^0. */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= factor;
    factor = factor & 1 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
  }
  return product >>> 0;
}

/** x^exponent modulo the polynomial, by squaring; without bit operations on the exponent, which may need 53 bits. */
function powerOfX(exponent: number): number {
  let power = 0x80000000;
  let square = 0x40000000;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(square, power);
    square = multiply(square, square);
  }
  return power;
}

function fromBase64(text: string): number {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new DataView(bytes.buffer).getUint32(0);
}
