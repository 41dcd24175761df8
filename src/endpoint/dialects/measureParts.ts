import type { UploadedPart } from '../../protocol/messages.ts';
import { abortUpload } from '../abortUpload.ts';
import type { CallContext } from '../Call.ts';
import { checkSize } from '../checkFile.ts';
import { EndpointError } from '../EndpointError.ts';
import { findPolicy } from '../findPolicy.ts';
import { listParts } from '../listParts.ts';
import type { MultipartTicket } from '../Ticket.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import type { BegunUpload } from './openUpload.ts';

/** An upload as the bucket holds it just before it becomes an object. */
export interface MeasuredUpload {
  ticket: MultipartTicket;
  parts: UploadedPart[];
}

/**
 * Looks at what the bucket holds of an upload. One whose parts make a file of another size than is allowed is given up
 * at once, before it becomes an object.
 *
 * @throws BucketDropError `file-too-large`, `file-too-small`, `parts-incomplete`
 */
export async function measureParts<User extends EndpointUser>(
  { options, store }: CallContext<User>,
  upload: BegunUpload,
): Promise<MeasuredUpload> {
  const parts = await listParts(store, { ...upload, checksum: null });
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const [first] = parts;
  if (first === undefined)
    throw new EndpointError('parts-incomplete', 'the bucket holds no part of this file');
  try {
    checkSize(findPolicy(options, upload.kind), sizeBytes);
  } catch (refusal) {
    await abortUpload(store, upload);
    throw refusal;
  }
  return { ticket: ticketOf(upload, sizeBytes, first.sizeBytes), parts };
}

/** As if the size had been known from the beginning. */
export function ticketOf(upload: BegunUpload, sizeBytes: number, partSizeBytes: number): MultipartTicket {
  return {
    ...upload,
    method: 'multipart',
    sizeBytes,
    partSizeBytes: Math.max(1, partSizeBytes),
    checksum: null,
  };
}
