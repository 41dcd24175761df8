import type { SignedForm, SignedPart, SignedParts, SignedPut } from '../protocol/messages.ts';
import type { CallContext } from './Call.ts';
import { EndpointError } from './EndpointError.ts';
import { presign } from './presign.ts';
import { signatureTime } from './signatureTime.ts';
import { signPostForm } from './signPostForm.ts';
import { type MultipartTicket, partCount, partLength, type SingleTicket } from './Ticket.ts';
import type { EndpointUser } from './UploadEndpointOptions.ts';

export interface WantedPart {
  partNumber: number;
  /** Base64 of the part's MD5. */
  checksum?: string | undefined;
}

/** Base64 of 16 bytes. */
const MD5 = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** Signs the one request that carries the whole file: exactly this size, this type, these headers. */
export async function signSingle<User extends EndpointUser>(
  context: CallContext<User>,
  ticket: Omit<SingleTicket, 'issuedAt'>,
): Promise<SignedForm | SignedPut> {
  const { key, sizeBytes, type } = ticket;
  const time = await signatureTime(context);
  if (ticket.method === 'post') {
    return signPostForm(context.store, { key, sizeBytes, type, fields: ticket.headers }, time);
  }
  const headers = { 'content-type': type, ...ticket.headers };
  const url = await presign(
    context.store,
    { method: 'PUT', key, headers: { ...headers, ...lengthOf(sizeBytes) } },
    time,
  );
  return { method: 'put', url, headers, expiresInSeconds: time.expiresInSeconds };
}

/**
 * Signs parts, each for exactly its own size.
 *
 * @throws BucketDropError `bad-request` for a part that the file doesn't have, or a checksum that is no MD5.
 */
export async function signParts<User extends EndpointUser>(
  context: CallContext<User>,
  ticket: Omit<MultipartTicket, 'issuedAt'>,
  wanted: readonly WantedPart[],
): Promise<SignedParts> {
  const count = partCount(ticket);
  const time = await signatureTime(context);
  const parts: SignedPart[] = [];
  for (const { partNumber, checksum } of wanted) {
    if (partNumber > count) {
      throw new EndpointError('bad-request', `there is no part ${partNumber}: the file has ${count}`);
    }
    const headers: Record<string, string> =
      checksum === undefined ? {} : { 'content-md5': requireMd5(checksum) };
    const url = await presign(
      context.store,
      {
        method: 'PUT',
        key: ticket.key,
        query: { partNumber: String(partNumber), uploadId: ticket.uploadId },
        headers: { ...headers, ...lengthOf(partLength(ticket, partNumber)) },
      },
      time,
    );
    parts.push({ partNumber, url, headers });
  }
  return { method: 'multipart', parts, expiresInSeconds: time.expiresInSeconds };
}

/** Signed but not listed among the headers to send: the browser sets it by itself and lets no script do so. */
function lengthOf(sizeBytes: number): { 'content-length': string } {
  return { 'content-length': String(sizeBytes) };
}

function requireMd5(checksum: string): string {
  if (MD5.test(checksum)) return checksum;
  throw new EndpointError('bad-request', "a part's checksum is the MD5 of its bytes in Base64");
}
