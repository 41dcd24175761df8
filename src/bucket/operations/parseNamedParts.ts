import { CHECKSUM_ALGORITHMS, type Checksum } from '../checksum/ChecksumAlgorithm.ts';
import { childrenOf, parseXml, textOf } from '../http/parseXml.ts';
import { S3Error } from '../S3Error.ts';
import { unquoteEtag } from '../storage/WriteCondition.ts';
import { MAX_PART_NUMBER } from './uploadPart.ts';

/** A part as the client names it when it completes an upload. */
export interface NamedPart {
  readonly partNumber: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksums: readonly Checksum[];
}

/**
 * Reads a `<CompleteMultipartUpload>`.
 * @throws S3Error MalformedXML (also for no parts), InvalidArgument for a part number out of range,
 * InvalidPartOrder unless the numbers ascend.
 */
export function parseNamedParts(body: string): NamedPart[] {
  const parts = childrenOf(parseXml(body, 'CompleteMultipartUpload'), 'Part').map((part): NamedPart => {
    const number = textOf(part, 'PartNumber')?.trim() ?? '';
    const etag = textOf(part, 'ETag');
    if (!/^\d{1,10}$/.test(number) || etag === undefined) throw new S3Error('MalformedXML');
    const checksums = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
      const value = textOf(part, `Checksum${algorithm}`)?.trim();
      return value === undefined ? [] : [{ algorithm, value }];
    });
    return { partNumber: Number(number), etag: unquoteEtag(etag), checksums };
  });
  if (parts.length === 0 || parts.length > MAX_PART_NUMBER) throw new S3Error('MalformedXML');
  parts.forEach(({ partNumber }, index) => {
    if (partNumber < 1 || partNumber > MAX_PART_NUMBER) {
      throw new S3Error('InvalidArgument', `PartNumber must be >= 1 and <= ${MAX_PART_NUMBER}`, {
        ArgumentName: 'partNumber',
        ArgumentValue: partNumber,
      });
    }
    if (partNumber <= (parts[index - 1]?.partNumber ?? 0)) throw new S3Error('InvalidPartOrder');
  });
  return parts;
}
