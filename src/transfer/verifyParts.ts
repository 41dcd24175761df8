import { BucketDropError } from '../protocol/BucketDropError.ts';
import type { CompleteRequest } from '../protocol/messages.ts';
import { countParts, partRange } from './planUpload.ts';
import type { MultipartSession } from './UploadSession.ts';

type Parts = NonNullable<CompleteRequest['uploads'][number]['parts']>;

/**
 * The list of parts for `complete`, in order, once every one of them is known to be in the bucket with its size.
 *
 * @throws BucketDropError `parts-incomplete`
 */
export function verifyParts(sizeBytes: number, session: MultipartSession): Parts {
  const partCount = countParts(sizeBytes, session.partSizeBytes);
  const parts: Parts = [];
  for (let partNumber = 1; partNumber <= partCount; partNumber++) {
    const stored = session.storedParts.get(partNumber);
    const { start, end } = partRange(sizeBytes, session.partSizeBytes, partNumber);
    if (stored?.sizeBytes !== end - start) {
      throw new BucketDropError(
        'parts-incomplete',
        `Part ${partNumber} of ${partCount} is not in the bucket`,
      );
    }
    parts.push({ partNumber, etag: stored.etag });
  }
  return parts;
}
