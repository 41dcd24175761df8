import { BucketDropError } from '../protocol/BucketDropError.ts';
import type { CompleteRequest } from '../protocol/messages.ts';
import { combineCrcs, type PieceChecksum } from './checksum/combineCrcs.ts';
import { countParts, partRange } from './planUpload.ts';
import type { MultipartSession } from './UploadSession.ts';

type Proof = Required<Pick<CompleteRequest['uploads'][number], 'parts'>> & { checksum?: string };

/**
 * The list of parts for `complete`, in order, once every one of them is known to be in the bucket with its size; and
 * the checksum of the whole file, where those of the parts make one.
 *
 * @throws BucketDropError `parts-incomplete`
 */
export function verifyParts(sizeBytes: number, session: MultipartSession): Proof {
  const partCount = countParts(sizeBytes, session.partSizeBytes);
  const parts: Proof['parts'] = [];
  const pieces: PieceChecksum[] = [];
  for (let partNumber = 1; partNumber <= partCount; partNumber++) {
    const stored = session.storedParts.get(partNumber);
    const { start, end } = partRange(sizeBytes, session.partSizeBytes, partNumber);
    if (stored?.sizeBytes !== end - start) {
      throw new BucketDropError(
        'parts-incomplete',
        `Part ${partNumber} of ${partCount} is not in the bucket`,
      );
    }
    const { etag, sizeBytes: storedBytes } = stored;
    const checksum = session.checksum === 'md5' ? undefined : session.checksums.get(partNumber);
    parts.push(checksum === undefined ? { partNumber, etag } : { partNumber, etag, checksum });
    if (checksum !== undefined) pieces.push({ checksum, sizeBytes: storedBytes });
  }
  const whole = pieces.length === partCount ? combineCrcs(session.checksum, pieces) : undefined;
  return whole === undefined ? { parts } : { parts, checksum: whole };
}
