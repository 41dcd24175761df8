import { PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { type CompleteAnswer, CompleteRequest, type StoredObject } from '../../protocol/messages.ts';
import { abortTwins } from '../abortTwins.ts';
import { abortUpload } from '../abortUpload.ts';
import { answerEach } from '../answerEach.ts';
import { type CallContext, postCall } from '../Call.ts';
import { hexOf } from '../checksums.ts';
import { EndpointError } from '../EndpointError.ts';
import { findPolicy } from '../findPolicy.ts';
import { joinParts } from '../joinParts.ts';
import { keyTaken } from '../keyTaken.ts';
import { openTicket } from '../openTicket.ts';
import type { Store } from '../Store.ts';
import { type SeenObject, seeObject } from '../seeObject.ts';
import type { Ticket } from '../Ticket.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import { unquote } from '../unquote.ts';

type Finished = CompleteRequest['uploads'][number];
/** What the browser says of an upload that it has finished. */
type Told = Omit<Finished, 'ticket'>;

/** By how much the clocks of two copies of the endpoint may differ. S3 itself allows as much. */
const CLOCK_SKEW_MS = 15 * 60_000;

/**
 * `POST complete`: puts parts together, looks at the object in the bucket, tells the site. Safe to repeat: a second call
 * finds the object that is there and answers the same.
 */
export const complete = postCall(CompleteRequest, async (context, { uploads }): Promise<CompleteAnswer> => {
  return {
    uploads: await answerEach(context, uploads, async (upload) => ({
      object: await completeOne(context, upload),
    })),
  };
});

async function completeOne<User extends EndpointUser>(
  context: CallContext<User>,
  upload: Finished,
): Promise<StoredObject> {
  return finishUpload(context, await openTicket(context, upload.ticket), upload);
}

/** Proves that an upload has become an object, and tells the site. Safe to repeat. */
export async function finishUpload<User extends EndpointUser>(
  context: CallContext<User>,
  ticket: Ticket,
  upload: Told,
): Promise<StoredObject> {
  const { options, teller } = context;
  findPolicy(options, ticket.kind);
  if (options.onUploaded === undefined) return (await prove(context, ticket, upload)).object;
  // The hook may have moved the object since.
  const told = await teller.recall(ticket.id);
  if (told !== undefined) return told;
  const proof = await prove(context, ticket, upload);
  return teller.once(ticket.id, () => tellSite(context, ticket, proof));
}

interface Proof {
  object: StoredObject;
  metadata: Readonly<Record<string, string>>;
}

/** Has the object made, if it has parts, and looks at it in the bucket. */
async function prove<User extends EndpointUser>(
  { store, tokens }: CallContext<User>,
  ticket: Ticket,
  upload: Told,
): Promise<Proof> {
  let failure: EndpointError | null = null;
  if (ticket.method === 'multipart') {
    // Without parts, the browser has put them together by itself, by a signature from `sign`.
    if (upload.parts !== undefined) failure = await joinParts(store, ticket, upload.parts, upload.checksum);
  } else if (upload.parts !== undefined) {
    throw new EndpointError('bad-request', 'this upload goes in one request: it has no parts');
  }
  // Once the parts are one object, nothing else that was begun for its key is of use.
  const isJoined = ticket.method === 'multipart' && upload.parts !== undefined && failure === null;
  const [found] = await Promise.all([
    seeObject(store, ticket.key),
    isJoined ? abortTwins(store, ticket) : undefined,
  ]);
  if (failure !== null && (found === null || !isResultOf(store, ticket, found))) {
    // Nothing can become of these parts.
    if (failure.code === 'key-taken' && ticket.method === 'multipart') await abortUpload(store, ticket);
    throw failure;
  }
  const seen = checkObject(store, ticket, found, upload);
  await addTags(store, ticket);
  if (!isJoined) await abortTwins(store, ticket);
  const { key, userId, kind } = ticket;
  const { sizeBytes, etag, crc, metadata } = seen;
  const facts = { key, sizeBytes, etag, type: seen.type ?? ticket.type };
  const checksum = crc === undefined ? {} : { checksum: crc };
  const receipt = await tokens.sealReceipt({ ...facts, kind, userId });
  return { object: { ...facts, ...checksum, receipt }, metadata };
}

/** Whether an object that was found, though nobody reported it stored, can be this upload's and no older one's. */
export function isResultOf({ clock }: Pick<Store, 'clock'>, ticket: Ticket, seen: SeenObject): boolean {
  if (ticket.noOverwrite) return seen.uploadId === ticket.id;
  // It was modified by the store's clock, and the ticket issued by ours: the answer that told of it told the time as well.
  const issuedAtMs = clock.correct(ticket.issuedAt.getTime());
  const isNew = seen.modifiedAt === undefined || seen.modifiedAt.getTime() >= issuedAtMs - CLOCK_SKEW_MS;
  return isNew && seen.sizeBytes === ticket.sizeBytes;
}

/**
 * An object that is not as announced stays where it is: nothing refers to it, and what it is only the site's operator
 * can find out. The log has the mismatch.
 */
function checkObject(store: Store, ticket: Ticket, seen: SeenObject | null, told: Told): SeenObject {
  if (seen === null) throw new EndpointError('object-missing', 'the bucket does not hold this object');
  if (ticket.noOverwrite && seen.uploadId !== ticket.id) throw keyTaken();
  if (seen.sizeBytes !== ticket.sizeBytes) {
    throw new EndpointError(
      'object-mismatch',
      `the object in the bucket has ${seen.sizeBytes} bytes, the file ${ticket.sizeBytes}`,
    );
  }
  const isOther =
    (told.etag !== undefined && unquote(told.etag) !== seen.etag) ||
    isOtherCrc(ticket, seen, told) ||
    (store.profile.checksums.etagIsMd5 && !seen.isEncryptedWithOwnKey && isOtherMd5(ticket, seen.etag));
  if (!isOther) return seen;
  throw new EndpointError('object-mismatch', 'the bucket holds another object than the one that was sent');
}

/** The store may report a checksum of another algorithm than the one that was told: it proves nothing then. */
function isOtherCrc(ticket: Ticket, { crc }: SeenObject, { checksum }: Told): boolean {
  if (ticket.method !== 'multipart' || checksum === undefined) return false;
  return crc?.algorithm === ticket.checksum && crc.value !== checksum;
}

/** Ceph takes a form's Content-MD5 and does not compare it: its ETag tells. */
function isOtherMd5(ticket: Ticket, etag: string): boolean {
  return ticket.method !== 'multipart' && ticket.md5 !== null && hexOf(ticket.md5) !== etag;
}

async function addTags(store: Store, ticket: Ticket): Promise<void> {
  if (ticket.method !== 'multipart' || ticket.tags === null) return;
  const TagSet = Object.entries(ticket.tags).map(([Key, Value]) => ({ Key, Value }));
  await store.client.send(
    new PutObjectTaggingCommand({ Bucket: store.bucket, Key: ticket.key, Tagging: { TagSet } }),
  );
}

async function tellSite<User extends EndpointUser>(
  { options, store, user }: CallContext<User>,
  { id, kind }: Ticket,
  { object, metadata }: Proof,
): Promise<StoredObject> {
  const data = await options.onUploaded?.({ id, kind, bucket: store.bucket, ...object, metadata, user });
  // A value that is no JSON fails here, where it concerns this upload alone.
  return data === undefined ? object : { ...object, data: JSON.parse(JSON.stringify(data)) };
}
