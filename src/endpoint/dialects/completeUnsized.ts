import type { StoredObject } from '../../protocol/messages.ts';
import type { CallContext } from '../Call.ts';
import { finishUpload, isResultOf } from '../calls/complete.ts';
import { checkSize } from '../checkFile.ts';
import { EndpointError } from '../EndpointError.ts';
import { findPolicy } from '../findPolicy.ts';
import { isUploadGone, uploadGone } from '../isUploadGone.ts';
import { seeObject } from '../seeObject.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import { unquote } from '../unquote.ts';
import { measureParts, ticketOf } from './measureParts.ts';
import type { BegunUpload } from './openUpload.ts';

interface NamedPart {
  partNumber: number;
  etag: string;
}

/**
 * Makes an object of exactly the parts that were measured, whatever arrives meanwhile, and tells the site. Safe to
 * repeat, as the protocol's own `complete`.
 *
 * @throws BucketDropError `file-too-large`, `file-too-small`, `parts-incomplete`, `part-refused`, `upload-gone`, …
 */
export async function completeUnsized<User extends EndpointUser>(
  context: CallContext<User>,
  upload: BegunUpload,
  named: readonly NamedPart[],
): Promise<StoredObject> {
  try {
    const { ticket, parts } = await measureParts(context, upload);
    const told = new Map(named.map((part) => [part.partNumber, unquote(part.etag)]));
    const known = parts.filter((part) => told.has(part.partNumber));
    if (known.some((part) => told.get(part.partNumber) !== part.etag))
      throw new EndpointError('part-refused', 'the bucket holds other parts than were named');
    return await finishUpload(context, ticket, {
      parts: known.map(({ partNumber, etag }) => ({ partNumber, etag })),
    });
  } catch (cause) {
    if (isUploadGone(cause)) return findCompleted(context, upload, cause);
    throw cause;
  }
}

/** The upload is gone, maybe because an earlier call has succeeded. */
async function findCompleted<User extends EndpointUser>(
  context: CallContext<User>,
  upload: BegunUpload,
  cause: unknown,
): Promise<StoredObject> {
  const { options, store, teller } = context;
  // The hook may have moved the object since.
  const told = await teller.recall(upload.id);
  if (told !== undefined) return told;
  const seen = await seeObject(store, upload.key);
  if (seen === null) throw uploadGone(cause);
  const ticket = ticketOf(upload, seen.sizeBytes, seen.sizeBytes);
  if (!isResultOf(store, ticket, seen)) throw uploadGone(cause);
  checkSize(findPolicy(options, upload.kind), seen.sizeBytes);
  return finishUpload(context, ticket, {});
}
