import type { SignedForm, SignedPart, SignedParts, SignedPut } from '../protocol/messages.ts';
import type { CallContext } from './Call.ts';
import { checksumHeader } from './checksums.ts';
import { EndpointError } from './EndpointError.ts';
import { findPolicy } from './findPolicy.ts';
import { formFields } from './formFields.ts';
import { presign } from './presign.ts';
import { signatureTime } from './signatureTime.ts';
import { signPostForm } from './signPostForm.ts';
import { type MultipartTicket, partCount, partLength, type SingleTicket } from './Ticket.ts';
import type { EndpointUser } from './UploadEndpointOptions.ts';

export interface WantedPart {
  partNumber: number;
  /** Base64, in the ticket's algorithm. */
  checksum?: string | undefined;
}

/**
 * Signs the one request that carries the whole file: exactly this size, this type, these headers.
 *
 * @param avoid origins that the browser cannot reach
 */
export async function signSingle<User extends EndpointUser>(
  context: CallContext<User>,
  ticket: Omit<SingleTicket, 'issuedAt'>,
  avoid?: readonly string[],
): Promise<SignedForm | SignedPut> {
  const { key, sizeBytes, type, md5 } = ticket;
  const { store } = context;
  const time = await signatureTime(context, urlLife(context, ticket));
  const at = store.pickUrl(store.nextTurn(), avoid);
  if (ticket.method === 'post') {
    const known = md5 !== null && store.profile.checksums.formField;
    const fields = { ...formFields(ticket.headers), ...(known && { 'Content-MD5': md5 }) };
    return signPostForm(store, { key, sizeBytes, type, at, fields }, time);
  }
  const checksum = md5 === null ? {} : checksumHeader('md5', md5);
  const headers = { 'content-type': type, ...ticket.headers, ...checksum };
  const url = await presign(
    store,
    { method: 'PUT', key, at, headers: { ...headers, ...lengthOf(sizeBytes) } },
    time,
  );
  return { method: 'put', url, headers, expiresInSeconds: time.expiresInSeconds };
}

/**
 * Signs parts, each for exactly its own size. Neighbours go to different hosts of the bucket, and not every file begins
 * with the same one.
 *
 * @param avoid origins that the browser cannot reach
 * @throws BucketDropError `bad-request` for a part that the file doesn't have, or one without the announced checksum
 *   where the store does not tell it.
 */
export async function signParts<User extends EndpointUser>(
  context: CallContext<User>,
  ticket: Omit<MultipartTicket, 'issuedAt'>,
  wanted: readonly WantedPart[],
  avoid?: readonly string[],
): Promise<SignedParts> {
  const count = partCount(ticket);
  const time = await signatureTime(context, urlLife(context, ticket));
  const { store } = context;
  const firstTurn = Number.parseInt(ticket.id.slice(0, 4), 16) || 0;
  const parts: SignedPart[] = [];
  for (const { partNumber, checksum } of wanted) {
    if (partNumber > count) {
      throw new EndpointError('bad-request', `there is no part ${partNumber}: the file has ${count}`);
    }
    if (checksum === undefined && ticket.checksum !== null && !store.profile.checksums.partsTold) {
      throw new EndpointError(
        'bad-request',
        `part ${partNumber} comes without the checksum that was announced`,
      );
    }
    // Of an upload that announced none, a part may come with its MD5 all the same.
    const headers = checksum === undefined ? {} : checksumHeader(ticket.checksum ?? 'md5', checksum);
    const url = await presign(
      store,
      {
        method: 'PUT',
        key: ticket.key,
        at: store.pickUrl(firstTurn + partNumber, avoid),
        query: { partNumber: String(partNumber), uploadId: ticket.uploadId },
        headers: { ...headers, ...lengthOf(partLength(ticket, partNumber)) },
      },
      time,
    );
    parts.push({ partNumber, url, headers });
  }
  return { method: 'multipart', parts, expiresInSeconds: time.expiresInSeconds };
}

/**
 * For how many seconds a signature for this ticket is good.
 *
 * @throws BucketDropError `kind-unknown` for a kind that the policy no longer has
 */
export function urlLife<User extends EndpointUser>(
  { options }: Pick<CallContext<User>, 'options'>,
  { kind }: { kind: string | null },
): number {
  return findPolicy(options, kind).urlExpiresInSeconds;
}

/** Signed but not listed among the headers to send: the browser sets it by itself and lets no script do so. */
function lengthOf(sizeBytes: number): { 'content-length': string } {
  return { 'content-length': String(sizeBytes) };
}
