import type { CallContext } from '../Call.ts';
import { EndpointError } from '../EndpointError.ts';
import { findPolicy } from '../findPolicy.ts';
import type { UnsizedUpload } from '../UnsizedUpload.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';

/** Of which the store's upload id is known. */
export type BegunUpload = UnsizedUpload & { uploadId: string };

/**
 * The upload that a dialect's id or key stands for, if this endpoint gave it to whoever asks, and still has its kind.
 *
 * @throws BucketDropError `ticket-invalid`, `ticket-expired` or `kind-unknown`
 */
export async function openUpload<User extends EndpointUser>(
  { tokens, user, options }: CallContext<User>,
  token: string,
): Promise<UnsizedUpload> {
  const upload = await tokens.openUpload(token);
  if (upload.userId !== (user?.id ?? null))
    throw new EndpointError('ticket-invalid', 'the upload belongs to someone else');
  findPolicy(options, upload.kind);
  return upload;
}

/** What the browser brings back with each later request; good for as long as a ticket. */
export function sealUpload<User extends EndpointUser>(
  { tokens, options }: CallContext<User>,
  upload: Omit<UnsizedUpload, 'issuedAt'>,
): Promise<string> {
  return tokens.sealUpload(upload, findPolicy(options, upload.kind).ticketExpiresInSeconds.multipart);
}
