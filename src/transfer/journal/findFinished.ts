import { isBucketDropError } from '../../protocol/BucketDropError.ts';
import type { StoredObject } from '../../protocol/messages.ts';
import { combineCrcs } from '../checksum/combineCrcs.ts';
import type { Hasher } from '../checksum/Hasher.ts';
import type { EndpointCalls } from '../EndpointCalls.ts';
import { countParts, partRange } from '../planUpload.ts';
import type { TransferErrorCode } from '../TransferErrorCode.ts';
import type { MultipartSession } from '../UploadSession.ts';

/** There is no such object, or it is another. */
const NOT_FINISHED = new Set<TransferErrorCode>([
  'object-missing',
  'object-mismatch',
  'upload-gone',
  'ticket-expired',
]);

/**
 * The object of an upload whose parts the bucket no longer knows, if that is because they were put together: the answer
 * was lost when the page died.
 *
 * @param session with the checksum of every part of this file
 * @returns undefined if no object is there that is proved to be this file
 */
export async function findFinished(
  sizeBytes: number,
  session: MultipartSession,
  prover: { calls: EndpointCalls; hasher: Hasher },
): Promise<StoredObject | undefined> {
  const pieces = Array.from({ length: countParts(sizeBytes, session.partSizeBytes) }, (_, index) => {
    const { start, end } = partRange(sizeBytes, session.partSizeBytes, index + 1);
    return { checksum: session.checksums.get(index + 1) ?? '', sizeBytes: end - start };
  });
  const checksum = combineCrcs(session.checksum, pieces);
  const etag = checksum === undefined ? await multipartEtag(pieces, prover) : undefined;
  try {
    const proof = checksum === undefined ? { etag: etag as string } : { checksum };
    const object = await prover.calls.complete({ ticket: session.ticket, ...proof });
    // A store that tells no checksum of the whole proves nothing here.
    return checksum === undefined || object.checksum?.value === checksum ? object : undefined;
  } catch (error) {
    if (isBucketDropError(error) && NOT_FINISHED.has(error.code as TransferErrorCode)) return undefined;
    throw error;
  }
}

/**
 * The MD5 of the parts' MD5s, and how many they are: the ETag of an unencrypted object in parts.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
async function multipartEtag(
  pieces: readonly { checksum: string }[],
  { hasher }: { hasher: Hasher },
): Promise<string> {
  const digests = pieces.map(({ checksum }) => bytesOf(checksum));
  const digest = bytesOf(await hasher.hash(new Blob(digests), 'md5'));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex}-${pieces.length}`;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
