import type { ChecksumAlgorithm } from '../../protocol/messages.ts';
import type { Engine } from '../Engine.ts';
import { countParts, partRange } from '../planUpload.ts';
import type { Upload } from '../Upload.ts';
import type { MultipartSession } from '../UploadSession.ts';
import type { HashedParts } from './HashedParts.ts';
import { hashSlice } from './hashSlice.ts';

/**
 * Hashes the first parts of an upload that is being announced, so that they can be signed as soon as it is there. Never
 * throws: who needs a part hears of it.
 */
export function hashFirstParts(upload: Upload, engine: Pick<Engine, 'hasher' | 'lanes'>): void {
  if (upload.plan?.kind !== 'multipart' || upload.plan.checksum === null) return;
  const { partSizeBytes, checksum } = upload.plan;
  const count = Math.min(engine.lanes.limit, countParts(upload.sizeBytes, partSizeBytes));
  for (let n = 1; n <= count; n++) hashPart(upload, engine, { partSizeBytes, algorithm: checksum }, n);
}

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
  const { checksum: algorithm, partSizeBytes, checksums } = session;
  if (algorithm === null) return undefined;
  const known = checksums.get(partNumber);
  if (known !== undefined) return known;
  const checksum = await hashPart(upload, engine, { partSizeBytes, algorithm }, partNumber);
  upload.hashed?.checksums.delete(partNumber);
  if (checksums.has(partNumber)) return checksum;
  checksums.set(partNumber, checksum);
  // Before it is sent: a part that arrives and whose answer is lost in a crash can then still be proved.
  const noted = engine.journal().then((journal) => journal?.noteSent(upload, partNumber, checksum));
  upload.noted = Promise.all([upload.noted, noted]);
  return checksum;
}

/** Whoever asks while it is being hashed, or before the first one has taken it, gets the same. */
function hashPart(
  upload: Upload,
  { hasher }: Pick<Engine, 'hasher'>,
  { partSizeBytes, algorithm }: Omit<HashedParts, 'checksums'>,
  partNumber: number,
): Promise<string> {
  if (upload.hashed?.partSizeBytes !== partSizeBytes || upload.hashed.algorithm !== algorithm)
    upload.hashed = { partSizeBytes, algorithm, checksums: new Map() };
  const { checksums } = upload.hashed;
  const known = checksums.get(partNumber);
  if (known) return known;
  const { start, end } = partRange(upload.sizeBytes, partSizeBytes, partNumber);
  const hashing = hashSlice(hasher, upload.bytes.slice(start, end), algorithm);
  checksums.set(partNumber, hashing);
  // A file that cannot be read now may be readable at the next try.
  hashing.catch(() => checksums.delete(partNumber));
  return hashing;
}

/** The same for a file that goes in one request. */
export function checksumOfFile(
  upload: Upload,
  engine: Engine,
  algorithm: ChecksumAlgorithm,
): Promise<string> {
  return hashSlice(engine.hasher, upload.source.blob, algorithm);
}
