import type { UploadedPart } from '../protocol/messages.ts';
import type { Engine } from './Engine.ts';
import { proofOf } from './journal/proofOf.ts';
import { partRange } from './planUpload.ts';
import type { Upload } from './Upload.ts';
import type { MultipartSession, StoredPart } from './UploadSession.ts';

/** Lists under way: six lanes that lose their answers together ask once. */
const asking = new WeakMap<MultipartSession, Promise<UploadedPart[]>>();

/**
 * A part whose answer was lost, if the bucket has it. Where that cannot be told, the part is sent again.
 *
 * @returns undefined if it has to be sent
 */
export async function findStoredPart(
  upload: Upload,
  session: MultipartSession,
  engine: Engine,
  partNumber: number,
): Promise<StoredPart | undefined> {
  let listing = asking.get(session);
  if (!listing) {
    listing = engine.calls.uploadedParts(session.ticket).finally(() => asking.delete(session));
    asking.set(session, listing);
  }
  try {
    const found = (await listing).find((part) => part.partNumber === partNumber);
    return found && ownPart(found, upload.sizeBytes, session);
  } catch {
    return undefined;
  }
}

/** Takes what the bucket lists for what was stored of this upload, in place of all that was believed. */
export async function listParts(upload: Upload, engine: Engine): Promise<void> {
  const { session, sizeBytes } = upload;
  if (session?.kind !== 'multipart') return;
  const listed = await engine.calls.uploadedParts(session.ticket);
  session.storedParts.clear();
  upload.meter.reset();
  for (const part of listed) {
    const own = ownPart(part, sizeBytes, session);
    if (!own) continue;
    session.storedParts.set(part.partNumber, own);
    upload.meter.store(part.partNumber, own.sizeBytes);
  }
}

function ownPart(part: UploadedPart, fileBytes: number, session: MultipartSession): StoredPart | undefined {
  const { partNumber, etag, sizeBytes } = part;
  const { start, end } = partRange(fileBytes, session.partSizeBytes, partNumber);
  const isOwn = sizeBytes === end - start && session.unproved?.get(partNumber) !== etag;
  const proof = proofOf(session.checksum, undefined, part);
  const sent = session.checksums.get(partNumber);
  // Where it is not hashed yet, it is compared afterwards.
  const told = proof?.algorithm === session.checksum ? proof?.checksum : undefined;
  const isOther = sent !== undefined && told !== undefined && told !== sent;
  return isOwn && !isOther ? { etag, sizeBytes, told } : undefined;
}
