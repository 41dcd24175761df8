import { CompleteMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { CompleteRequest } from '../protocol/messages.ts';
import { crcField } from './checksums.ts';
import { EndpointError } from './EndpointError.ts';
import { explainStoreError, storeErrorName } from './explainStoreError.ts';
import { isUploadGone, uploadGone } from './isUploadGone.ts';
import { keyTaken } from './keyTaken.ts';
import { listParts } from './listParts.ts';
import type { Store } from './Store.ts';
import { seeObject } from './seeObject.ts';
import { type MultipartTicket, partCount } from './Ticket.ts';
import { unquote } from './unquote.ts';

type Part = NonNullable<CompleteRequest['uploads'][number]['parts']>[number];

/** What S3 says of parts that don't make an object. */
const PART_REFUSALS: ReadonlySet<string> = new Set([
  'InvalidPart',
  'InvalidPartOrder',
  'EntityTooSmall',
  'MalformedXML',
  'BadDigest',
]);

/**
 * Has the store put the parts together.
 *
 * @param checksum the CRC of the whole file in base64, if its parts came with theirs: the store refuses another
 * @returns null once it is done; else a failure after which the object may be there all the same: the upload is gone
 *   or the key is taken because an earlier call succeeded, or the store did the work and its answer was lost.
 * @throws BucketDropError `parts-incomplete` or `part-refused`
 */
export async function joinParts(
  store: Store,
  ticket: MultipartTicket,
  parts: readonly Part[],
  checksum?: string,
): Promise<EndpointError | null> {
  const sorted = checkParts(ticket, parts);
  if (await isTaken(store, ticket)) return keyTaken();
  const whole = crcField(ticket.checksum, checksum);
  try {
    await store.client.send(
      new CompleteMultipartUploadCommand({
        Bucket: store.bucket,
        Key: ticket.key,
        UploadId: ticket.uploadId,
        MultipartUpload: {
          Parts: sorted.map(({ partNumber, etag, checksum: ofPart }) => ({
            PartNumber: partNumber,
            ETag: `"${unquote(etag)}"`,
            ...(whole && crcField(ticket.checksum, ofPart)),
          })),
        },
        ...(whole && { ...whole, ChecksumType: 'FULL_OBJECT' }),
        ...(ticket.noOverwrite && isConditional(store) && { IfNoneMatch: '*' }),
      }),
    );
    return null;
  } catch (cause) {
    if (isUploadGone(cause)) return uploadGone(cause);
    const name = storeErrorName(cause);
    // The one that is there may be this upload's own, from a call whose answer was lost.
    if (name === 'PreconditionFailed') return keyTaken(cause);
    if (PART_REFUSALS.has(name)) {
      throw new EndpointError('part-refused', `the bucket does not accept the parts (${name})`, undefined, {
        cause,
      });
    }
    const failure = explainStoreError(cause);
    if (failure?.code === 'store-unavailable')
      return (await isKnown(store, ticket)) ? failure : uploadGone(cause);
    throw cause;
  }
}

function isConditional({ profile }: Store): boolean {
  return profile.attributes.ifNoneMatch === 'put-and-complete';
}

/**
 * For a store that puts parts together whatever is there. What comes in between this look and the next step is
 * overwritten; nothing else can be done there.
 */
async function isTaken(store: Store, ticket: MultipartTicket): Promise<boolean> {
  if (!ticket.noOverwrite || isConditional(store)) return false;
  const seen = await seeObject(store, ticket.key);
  return seen !== null && seen.uploadId !== ticket.id;
}

/** All parts, each once, from 1 on: a lost one must not shorten the object. */
function checkParts(ticket: MultipartTicket, parts: readonly Part[]): readonly Part[] {
  const count = partCount(ticket);
  const sorted = [...parts].sort((one, other) => one.partNumber - other.partNumber);
  if (sorted.length === count && sorted.every((part, index) => part.partNumber === index + 1)) return sorted;
  throw new EndpointError(
    'parts-incomplete',
    `the file has parts 1 to ${count}, each once; ${parts.length} were named`,
  );
}

/** Ceph answers 500 for ever to Complete of an upload that was aborted; asked for its parts, it says the truth. */
async function isKnown(store: Store, ticket: MultipartTicket): Promise<boolean> {
  try {
    await listParts(store, ticket);
    return true;
  } catch (error) {
    return !isUploadGone(error);
  }
}
