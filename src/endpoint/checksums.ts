import type { ChecksumAlgorithm } from '../protocol/messages.ts';
import { EndpointError } from './EndpointError.ts';

/** Base64 of as many bytes as the algorithm gives, with no bits left over. */
const FORMS: Record<ChecksumAlgorithm, RegExp> = {
  crc32: /^[A-Za-z0-9+/]{5}[AQgw]==$/,
  crc32c: /^[A-Za-z0-9+/]{5}[AQgw]==$/,
  crc64nvme: /^[A-Za-z0-9+/]{10}[AEIMQUYcgkosw048]=$/,
  md5: /^[A-Za-z0-9+/]{21}[AQgw]==$/,
};
const HEADERS: Record<ChecksumAlgorithm, string> = {
  crc32: 'x-amz-checksum-crc32',
  crc32c: 'x-amz-checksum-crc32c',
  crc64nvme: 'x-amz-checksum-crc64nvme',
  md5: 'content-md5',
};
/** As S3 names the CRCs, of which those of the parts make the one of the whole object. */
const CRC_NAMES = { crc32: 'CRC32', crc32c: 'CRC32C', crc64nvme: 'CRC64NVME' } as const;
type CrcAlgorithm = keyof typeof CRC_NAMES;
type CrcFields = { [Name in CrcAlgorithm as `Checksum${(typeof CRC_NAMES)[Name]}`]?: string | undefined };

/** What begins a multipart upload whose parts come with this checksum, so that it ends with one of the whole object. */
export function wholeChecksumInput(algorithm: ChecksumAlgorithm | null) {
  if (!isCrc(algorithm)) return undefined;
  return { ChecksumAlgorithm: CRC_NAMES[algorithm], ChecksumType: 'FULL_OBJECT' } as const;
}

/** A CRC in the SDK's field for it; undefined for other algorithms. */
export function crcField(
  algorithm: ChecksumAlgorithm | null,
  checksum: string | undefined,
): CrcFields | undefined {
  if (!isCrc(algorithm) || checksum === undefined) return undefined;
  return { [`Checksum${CRC_NAMES[algorithm]}`]: requireChecksum(algorithm, checksum) };
}

/** The CRC of this algorithm among the fields of the SDK's answer. */
export function readCrc(algorithm: ChecksumAlgorithm | null, answer: CrcFields): string | undefined {
  return isCrc(algorithm) ? answer[`Checksum${CRC_NAMES[algorithm]}`] : undefined;
}

/** The CRC of a whole object that HEAD reports. */
export function readWholeCrc(
  headers: Readonly<Record<string, string>>,
): { algorithm: CrcAlgorithm; value: string } | undefined {
  if (headers['x-amz-checksum-type'] !== 'FULL_OBJECT') return undefined;
  for (const algorithm of Object.keys(CRC_NAMES) as CrcAlgorithm[]) {
    const value = headers[HEADERS[algorithm]];
    if (value !== undefined) return { algorithm, value };
  }
  return undefined;
}

function isCrc(algorithm: ChecksumAlgorithm | null): algorithm is CrcAlgorithm {
  return algorithm !== null && Object.hasOwn(CRC_NAMES, algorithm);
}

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
