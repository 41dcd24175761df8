import { isBucketDropError } from '../protocol/BucketDropError.ts';
import type { Engine } from './Engine.ts';
import type { TransferErrorCode } from './TransferErrorCode.ts';
import type { Upload } from './Upload.ts';
import type { SingleSession } from './UploadSession.ts';

/** It never arrived, or damaged: the same ticket puts the right bytes in its place. */
const TO_BE_SENT = new Set<TransferErrorCode>(['object-missing', 'object-mismatch']);
/** Nobody can go on with it. */
const GONE = new Set<TransferErrorCode>([
  'ticket-expired',
  'ticket-invalid',
  'key-taken',
  'upload-gone',
  'kind-unknown',
]);

/**
 * What a page that died has begun with this very file: with its object, if that is in the bucket and proved to be these
 * bytes, or to be sent under the same ticket, so that nothing is left beside it.
 *
 * @param md5 of the file as it is now, base64
 * @throws BucketDropError when the endpoint cannot tell
 */
export async function adoptSingle(
  upload: Upload,
  engine: Engine,
  md5: string,
): Promise<SingleSession | undefined> {
  if (!(await engine.hasSingleNotes())) return undefined;
  const notes = (await engine.journal())?.singles;
  const note = await notes?.adopt(upload, md5);
  if (!note) return undefined;
  const { ticket, key } = note;
  const session: SingleSession = { kind: 'single', ticket, key, request: undefined, stored: undefined };
  try {
    // Where the store's ETag is no MD5, this is never proved, and the file is sent once more.
    session.object = await engine.calls.complete({ ticket, etag: hexOf(md5) });
    upload.meter.store(1, upload.sizeBytes);
    return session;
  } catch (error) {
    const code = isBucketDropError(error) ? (error.code as TransferErrorCode) : undefined;
    if (code !== undefined && TO_BE_SENT.has(code)) return session;
    if (code === undefined || !GONE.has(code)) throw error;
    notes?.forget(upload);
    return undefined;
  }
}

function hexOf(base64: string): string {
  return Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(
    '',
  );
}
