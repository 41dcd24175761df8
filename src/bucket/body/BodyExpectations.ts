import {
  CHECKSUM_ALGORITHMS,
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  isChecksumValue,
  parseChecksumAlgorithm,
} from '../checksum/ChecksumAlgorithm.ts';
import { S3Error } from '../S3Error.ts';

/** What a body has been promised to be. */
export interface BodyExpectations {
  /** Base64 of 16 bytes. */
  readonly contentMd5?: string;
  readonly checksum?: Checksum;
  /** The checksum comes after an aws-chunked body. */
  readonly trailer?: ChecksumAlgorithm;
  /** Lower-case hex, from `x-amz-content-sha256`. */
  readonly sha256?: string;
  /** Bytes, when announced. */
  readonly size?: number;
}

/**
 * Reads Content-MD5 and `x-amz-checksum-*` from headers or form fields (`get` by lower-case name).
 * @throws S3Error InvalidDigest for a malformed MD5, InvalidRequest for a malformed checksum or more than one.
 */
export function readDigests(get: (name: string) => string | undefined): BodyExpectations {
  const contentMd5 = get('content-md5');
  if (contentMd5 !== undefined) assertMd5(contentMd5);
  const checksums = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = get(checksumHeader(algorithm));
    return value === undefined ? [] : [{ algorithm, value }];
  });
  const trailer = readTrailer(get('x-amz-trailer'));
  if (checksums.length + (trailer === undefined ? 0 : 1) > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [checksum] = checksums;
  if (checksum !== undefined) assertChecksum(checksum);
  const announced = get('x-amz-sdk-checksum-algorithm');
  if (announced !== undefined && (checksum?.algorithm ?? trailer) !== parseChecksumAlgorithm(announced)) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return {
    ...(contentMd5 !== undefined && { contentMd5 }),
    ...(checksum !== undefined && { checksum }),
    ...(trailer !== undefined && { trailer }),
  };
}

/** @throws S3Error InvalidRequest unless the value is the base64 of a digest of that algorithm. */
export function assertChecksum({ algorithm, value }: Checksum): void {
  if (isChecksumValue(algorithm, value)) return;
  throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
}

function assertMd5(value: string): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === 16 && bytes.toString('base64') === value) return;
  throw new S3Error('InvalidDigest', undefined, { 'Content-MD5': value });
}

function readTrailer(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const algorithm = CHECKSUM_ALGORITHMS.find((one) => checksumHeader(one) === name.trim().toLowerCase());
  if (algorithm !== undefined) return algorithm;
  throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
}
