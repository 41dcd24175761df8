import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { type CompleteAnswer, CompleteRequest, type StoredObject } from '../../protocol/messages.ts';
import { answerEach } from '../answerEach.ts';
import { type CallContext, postCall } from '../Call.ts';
import { hexOf, readWholeCrc } from '../checksums.ts';
import { EndpointError } from '../EndpointError.ts';
import { isUploadGone } from '../isUploadGone.ts';
import { joinParts } from '../joinParts.ts';
import { decodeMetadata } from '../metadataHeaders.ts';
import { openTicket } from '../openTicket.ts';
import type { Store } from '../Store.ts';
import type { Ticket } from '../Ticket.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import { unquote } from '../unquote.ts';

type Finished = CompleteRequest['uploads'][number];

/** By how much the store's clock and ours may differ. S3 itself allows as much. */
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
  const { store } = context;
  const ticket = await openTicket(context, upload.ticket);
  let failure: EndpointError | null = null;
  if (ticket.method === 'multipart') {
    // Without parts, the browser has put them together by itself, by a signature from `sign`.
    if (upload.parts !== undefined) failure = await joinParts(store, ticket, upload.parts, upload.checksum);
  } else if (upload.parts !== undefined) {
    throw new EndpointError('bad-request', 'this upload goes in one request: it has no parts');
  }
  const seen = await lookAt(store, ticket.key);
  if (failure !== null && (seen === null || !isResultOf(ticket, seen))) throw failure;
  return tellSite(context, ticket, checkObject(store, ticket, seen, upload));
}

interface SeenObject {
  sizeBytes: number;
  etag: string;
  type: string | undefined;
  metadata: Record<string, string>;
  modifiedAt: Date | undefined;
  /** Of the whole object, if the store verified one. */
  crc: ReturnType<typeof readWholeCrc>;
  isEncryptedWithOwnKey: boolean;
}

/** The object as the bucket reports it; null if there is none. */
async function lookAt(store: Store, key: string): Promise<SeenObject | null> {
  try {
    const head = await store.client.send(
      new HeadObjectCommand({ Bucket: store.bucket, Key: key, ChecksumMode: 'ENABLED' }),
    );
    return {
      sizeBytes: head.ContentLength ?? 0,
      etag: unquote(head.ETag ?? ''),
      type: head.ContentType,
      metadata: decodeMetadata(head.Metadata ?? {}),
      modifiedAt: head.LastModified,
      crc: readWholeCrc(head),
      // Of such an object the ETag looks like an MD5 and is none.
      isEncryptedWithOwnKey:
        head.ServerSideEncryption?.startsWith('aws:kms') === true || head.SSECustomerAlgorithm !== undefined,
    };
  } catch (cause) {
    if (isUploadGone(cause)) return null;
    throw cause;
  }
}

/** Whether an object that was found, though nobody reported it stored, can be this upload's and no older one's. */
function isResultOf(ticket: Ticket, seen: SeenObject): boolean {
  const isNew =
    seen.modifiedAt === undefined || seen.modifiedAt.getTime() >= ticket.issuedAt.getTime() - CLOCK_SKEW_MS;
  return isNew && seen.sizeBytes === ticket.sizeBytes;
}

/**
 * An object that is not as announced stays where it is: nothing refers to it, and what it is only the site's operator
 * can find out. The log has the mismatch.
 */
function checkObject(store: Store, ticket: Ticket, seen: SeenObject | null, told: Finished): SeenObject {
  if (seen === null) throw new EndpointError('object-missing', 'the bucket does not hold this object');
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
function isOtherCrc(ticket: Ticket, { crc }: SeenObject, { checksum }: Finished): boolean {
  if (ticket.method !== 'multipart' || checksum === undefined) return false;
  return crc?.algorithm === ticket.checksum && crc.value !== checksum;
}

/** Ceph takes a form's Content-MD5 and does not compare it: its ETag tells. */
function isOtherMd5(ticket: Ticket, etag: string): boolean {
  return ticket.method !== 'multipart' && ticket.md5 !== null && hexOf(ticket.md5) !== etag;
}

async function tellSite<User extends EndpointUser>(
  { options, store, tokens, user }: CallContext<User>,
  ticket: Ticket,
  { sizeBytes, etag, metadata, crc, ...seen }: SeenObject,
): Promise<StoredObject> {
  const { key, userId } = ticket;
  const facts = { key, sizeBytes, etag, type: seen.type ?? ticket.type };
  const checksum = crc === undefined ? {} : { checksum: crc };
  const object = { ...facts, ...checksum, receipt: await tokens.sealReceipt({ ...facts, userId }) };
  if (options.onUploaded === null) return object;
  const data = await options.onUploaded({ bucket: store.bucket, ...object, metadata, user });
  // A value that is no JSON fails here, where it concerns this upload alone.
  return data === undefined ? object : { ...object, data: JSON.parse(JSON.stringify(data)) };
}
