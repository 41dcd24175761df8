import type { ChecksumAlgorithm } from '../../protocol/messages.ts';
import type { Engine } from '../Engine.ts';
import { partRange } from '../planUpload.ts';
import type { Upload } from '../Upload.ts';
import type { MultipartSession } from '../UploadSession.ts';
import { hashSlice } from './hashSlice.ts';

/**
 * The checksum of one part, hashed once.
 *
 * @returns base64, or undefined where the store verifies none
 * @throws RequestFailure `file-changed` when the file cannot be read
 */
export async function checksumOfPart(
  upload: Upload,
  session: MultipartSession,
  engine: Engine,
  partNumber: number,
): Promise<string | undefined> {
  if (session.checksum === null) return undefined;
  const known = session.checksums.get(partNumber);
  if (known !== undefined) return known;
  const { start, end } = partRange(upload.sizeBytes, session.partSizeBytes, partNumber);
  const checksum = await hashSlice(engine.hasher, upload.bytes.slice(start, end), session.checksum);
  session.checksums.set(partNumber, checksum);
  // Before it is sent: a part that arrives and whose answer is lost in a crash can then still be proved.
  await (await engine.journal())?.noteSent(upload, partNumber, checksum);
  return checksum;
}

/** The same for a file that goes in one request. */
export function checksumOfFile(
  upload: Upload,
  engine: Engine,
  algorithm: ChecksumAlgorithm,
): Promise<string> {
  return hashSlice(engine.hasher, upload.bytes, algorithm);
}
