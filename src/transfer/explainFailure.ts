import { checksumOfPart } from './checksum/checksumOf.ts';
import type { Engine } from './Engine.ts';
import { RequestFailure } from './RequestFailure.ts';
import type { Upload } from './Upload.ts';
import type { MultipartSession } from './UploadSession.ts';

/**
 * A file that changed or vanished on disk dies in the browser's network stack as a plain "network error". Reading
 * one byte of it tells the two apart.
 */
export async function explainFailure(failure: RequestFailure, blob: Blob): Promise<RequestFailure> {
  if ((failure.kind !== 'network' && failure.kind !== 'answer-lost') || (await isReadable(blob)))
    return failure;
  return new RequestFailure('file-changed', { url: failure.url });
}

/** Bytes that the store calls damaged may be those of another file by now. */
export async function explainPart(
  failure: RequestFailure,
  upload: Upload,
  session: MultipartSession,
  engine: Engine,
  partNumber: number,
): Promise<RequestFailure> {
  const announced = session.checksums.get(partNumber);
  if ((failure.kind !== 'damaged' && failure.kind !== 'checksum-wanted') || announced === undefined) {
    return explainFailure(failure, upload.bytes);
  }
  session.checksums.delete(partNumber);
  const now = await checksumOfPart(upload, session, engine, partNumber);
  return now === announced ? failure : new RequestFailure('file-changed', failure);
}

/** Whether the file still is what was chosen, as far as the browser can tell. */
export async function isReadable(blob: Blob): Promise<boolean> {
  try {
    await blob.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/**
 * Before anything is begun for it: the file still is the one that was chosen.
 *
 * @param isRead it is about to be read: its size is all that is looked at here
 * @throws RequestFailure `file-changed`
 */
export async function requireUnchanged(blob: Blob, sizeBytes: number, isRead: boolean): Promise<void> {
  if (blob.size === sizeBytes && (isRead || (await isReadable(blob)))) return;
  throw new RequestFailure('file-changed', { url: '' });
}
