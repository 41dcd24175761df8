import type { Checksum } from '../checksum/ChecksumAlgorithm.ts';
import { combineCrc } from '../checksum/combineCrc.ts';
import { digestOf } from '../checksum/createDigest.ts';
import { S3Error } from '../S3Error.ts';
import type { ObjectChecksum, PartRecord, UploadChecksum } from '../storage/records.ts';
import type { NamedPart } from './parseNamedParts.ts';

export interface ChecksumQuestion {
  /** What the upload was created for. */
  readonly upload: UploadChecksum | undefined;
  /** `x-amz-checksum-type` of the Complete. */
  readonly type: string | undefined;
  /** `x-amz-checksum-*` of the Complete, without a `-{parts}` at its end. */
  readonly promised: Checksum | undefined;
  readonly parts: readonly PartRecord[];
  readonly named: readonly NamedPart[];
}

/**
 * The checksum of a completed upload, held against what the Complete promises.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @throws S3Error InvalidRequest for another algorithm or type than the upload's or a missing part checksum,
 * BadDigest.
 */
export async function combineChecksum(question: ChecksumQuestion): Promise<ObjectChecksum | undefined> {
  const { upload, type, promised, parts, named } = question;
  if (promised !== undefined && promised.algorithm !== upload?.algorithm) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${upload?.algorithm.toLowerCase() ?? 'null'}, actual checksum Type: ${promised.algorithm.toLowerCase()}`,
    );
  }
  if (type !== undefined && type.toUpperCase() !== upload?.type) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using the ${upload?.type ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  if (upload === undefined) return undefined;
  const { algorithm } = upload;
  if (upload.type === 'COMPOSITE') assertAllNamed(upload, named);
  const digests = parts.map(({ checksum, size }) => ({
    digest: Buffer.from(checksum?.value ?? '', 'base64'),
    size,
  }));
  const digest =
    upload.type === 'FULL_OBJECT'
      ? combineCrc(algorithm, digests)
      : await digestOf(algorithm, Buffer.concat(digests.map((part) => part.digest)));
  const value = digest.toString('base64');
  if (promised !== undefined && promised.value !== value) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return { ...upload, value: upload.type === 'COMPOSITE' ? `${value}-${parts.length}` : value };
}

function assertAllNamed({ algorithm }: UploadChecksum, named: readonly NamedPart[]): void {
  const without = named.find(({ checksums }) => checksums.length === 0);
  if (without === undefined) return;
  throw new S3Error(
    'InvalidRequest',
    `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${without.partNumber} in the request.`,
  );
}
