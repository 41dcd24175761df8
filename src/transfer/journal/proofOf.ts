import type { ChecksumAlgorithm, UploadedPart } from '../../protocol/messages.ts';

/** What a part of the file must hash to. */
export interface Proof {
  algorithm: ChecksumAlgorithm;
  /** Base64. */
  checksum: string;
}

/**
 * What the store has verified of the part and tells; else what was noted when it was sent; else its ETag, which is its
 * MD5 in most buckets. Where it is none, as with SSE-KMS and SSE-C, it is no file's MD5 either: then nothing is taken
 * for the same, and the file begins anew.
 *
 * @param algorithm what was announced for the parts
 * @returns undefined if nothing proves what the part is
 */
export function proofOf(
  algorithm: ChecksumAlgorithm | null,
  noted: string | undefined,
  part: UploadedPart,
): Proof | undefined {
  const known = part.checksum ?? noted;
  if (algorithm !== null && known !== undefined) return { algorithm, checksum: known };
  // An upload with CRCs needs that of every part in the end.
  if ((algorithm !== null && algorithm !== 'md5') || !/^[0-9a-f]{32}$/.test(part.etag)) return undefined;
  const bytes = part.etag.match(/../g)?.map((hex) => Number.parseInt(hex, 16)) ?? [];
  return { algorithm: 'md5', checksum: btoa(String.fromCharCode(...bytes)) };
}
