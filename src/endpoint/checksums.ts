import type { ChecksumAlgorithm } from '../protocol/messages.ts';
import { EndpointError } from './EndpointError.ts';

/** Base64 of as many bytes as the algorithm gives, with no bits left over. */
const FORMS: Record<ChecksumAlgorithm, RegExp> = {
  crc32: /^[A-Za-z0-9+/]{5}[AQgw]==$/,
  md5: /^[A-Za-z0-9+/]{21}[AQgw]==$/,
};
const HEADERS: Record<ChecksumAlgorithm, string> = { crc32: 'x-amz-checksum-crc32', md5: 'content-md5' };

/** @throws BucketDropError `bad-request` for what cannot be a checksum of this algorithm */
export function requireChecksum(algorithm: ChecksumAlgorithm, checksum: string): string {
  if (FORMS[algorithm].test(checksum)) return checksum;
  throw new EndpointError(
    'bad-request',
    `a checksum here is the ${algorithm.toUpperCase()} of the bytes in Base64`,
  );
}

/** The header by which the store verifies what it gets. It must be signed and sent. */
export function checksumHeader(algorithm: ChecksumAlgorithm, checksum: string): Record<string, string> {
  return { [HEADERS[algorithm]]: requireChecksum(algorithm, checksum) };
}

/** How S3 writes an MD5 as an ETag. */
export function hexOf(base64: string): string {
  return Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(
    '',
  );
}
