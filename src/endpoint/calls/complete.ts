import { CompleteMultipartUploadCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { type CompleteAnswer, CompleteRequest, type StoredObject } from '../../protocol/messages.ts';
import { answerEach } from '../answerEach.ts';
import { type CallContext, postCall } from '../Call.ts';
import { EndpointError } from '../EndpointError.ts';
import { storeErrorName } from '../explainStoreError.ts';
import { isUploadGone } from '../isUploadGone.ts';
import { decodeMetadata } from '../metadataHeaders.ts';
import { openTicket } from '../openTicket.ts';
import { type MultipartTicket, partCount, type Ticket } from '../Ticket.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import { unquote } from '../unquote.ts';

type Finished = CompleteRequest['uploads'][number];
type Part = NonNullable<Finished['parts']>[number];

/** What S3 says of parts that don't make an object. */
const PART_REFUSALS: ReadonlySet<string> = new Set([
  'InvalidPart',
  'InvalidPartOrder',
  'EntityTooSmall',
  'MalformedXML',
]);

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
  const ticket = await openTicket(context, upload.ticket);
  let gone = false;
  if (ticket.method === 'multipart') {
    // Without parts, the browser has put them together by itself, by a signature from `sign`.
    if (upload.parts !== undefined) gone = await joinParts(context, ticket, checkParts(ticket, upload.parts));
  } else if (upload.parts !== undefined) {
    throw new EndpointError('bad-request', 'this upload goes in one request: it has no parts');
  }
  const seen = await lookAt(context, ticket, gone);
  const told = ticket.method === 'multipart' ? undefined : upload.etag;
  if (told !== undefined && unquote(told) !== seen.etag) {
    throw new EndpointError('object-mismatch', 'the bucket holds another object than the one that was sent');
  }
  return tellSite(context, ticket, seen);
}

/** All parts, each once, from 1 on: a lost one must not shorten the object. */
function checkParts(ticket: MultipartTicket, parts: readonly Part[]): readonly Part[] {
  const count = partCount(ticket);
  const sorted = [...parts].sort((one, other) => one.partNumber - other.partNumber);
  if (sorted.length === count && sorted.every((part, index) => part.partNumber === index + 1)) return sorted;
  throw new EndpointError('parts-incomplete', `the file has ${count} parts, ${parts.length} were named`);
}

/** True if the store no longer knows the upload, which a repeated call finds too. */
async function joinParts<User extends EndpointUser>(
  { store }: CallContext<User>,
  ticket: MultipartTicket,
  parts: readonly Part[],
): Promise<boolean> {
  try {
    await store.client.send(
      new CompleteMultipartUploadCommand({
        Bucket: store.bucket,
        Key: ticket.key,
        UploadId: ticket.uploadId,
        MultipartUpload: {
          Parts: parts.map(({ partNumber, etag }) => ({
            PartNumber: partNumber,
            ETag: `"${unquote(etag)}"`,
          })),
        },
      }),
    );
    return false;
  } catch (cause) {
    if (isUploadGone(cause)) return true;
    const name = storeErrorName(cause);
    if (!PART_REFUSALS.has(name)) throw cause;
    throw new EndpointError('part-refused', `the bucket does not accept the parts (${name})`, undefined, {
      cause,
    });
  }
}

interface SeenObject {
  sizeBytes: number;
  etag: string;
  type: string;
  metadata: Record<string, string>;
}

/**
 * The object as the bucket reports it. One of another size stays where it is: nothing refers to it, and what it is
 * only the site's operator can find out.
 */
async function lookAt<User extends EndpointUser>(
  { store }: CallContext<User>,
  ticket: Ticket,
  gone: boolean,
): Promise<SeenObject> {
  try {
    const head = await store.client.send(new HeadObjectCommand({ Bucket: store.bucket, Key: ticket.key }));
    const sizeBytes = head.ContentLength ?? 0;
    if (sizeBytes !== ticket.sizeBytes) {
      throw new EndpointError(
        'object-mismatch',
        `the object in the bucket has ${sizeBytes} bytes, the file ${ticket.sizeBytes}`,
      );
    }
    const metadata = decodeMetadata(head.Metadata ?? {});
    return { sizeBytes, etag: unquote(head.ETag ?? ''), type: head.ContentType ?? ticket.type, metadata };
  } catch (cause) {
    if (!isUploadGone(cause)) throw cause;
    throw gone
      ? new EndpointError('upload-gone', 'the bucket no longer knows this upload', undefined, { cause })
      : new EndpointError('object-missing', 'the bucket does not hold this object', undefined, { cause });
  }
}

async function tellSite<User extends EndpointUser>(
  { options, store, tokens, user }: CallContext<User>,
  { key, userId }: Ticket,
  { metadata, ...seen }: SeenObject,
): Promise<StoredObject> {
  const receipt = await tokens.sealReceipt({ key, ...seen, userId });
  const object = { key, ...seen, receipt };
  if (options.onUploaded === null) return object;
  const data = await options.onUploaded({ bucket: store.bucket, ...object, metadata, user });
  // Thrown here, a value that is no JSON concerns this upload alone.
  return data === undefined ? object : { ...object, data: JSON.parse(JSON.stringify(data)) };
}
