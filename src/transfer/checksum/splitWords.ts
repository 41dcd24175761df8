/** Words are read in the machine's order: that of the bytes on all that browsers run on, but not on all that Node does. */
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

const NONE = new Int32Array();

/** Bytes as words of 32 bits, their first byte lowest, with what is left over before and behind them. */
interface Words {
  head: Uint8Array;
  words: Int32Array;
  tail: Uint8Array;
}

/**
 * Looks at bytes as words without copying them.
 *
 * @param strideBytes the words make up a multiple of this, itself a multiple of 4
 */
export function splitWords(bytes: Uint8Array, strideBytes: number): Words {
  const start = -bytes.byteOffset & 3;
  const wordBytes = IS_LITTLE_ENDIAN ? Math.floor((bytes.length - start) / strideBytes) * strideBytes : 0;
  // Of what is too short, a view could not even begin between two words.
  if (wordBytes <= 0) return { head: bytes, words: NONE, tail: bytes.subarray(bytes.length) };
  return {
    head: bytes.subarray(0, start),
    words: new Int32Array(bytes.buffer, bytes.byteOffset + start, wordBytes / 4),
    tail: bytes.subarray(start + wordBytes),
  };
}
