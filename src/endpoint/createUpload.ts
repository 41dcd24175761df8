import { CreateMultipartUploadCommand, type CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import type { ChecksumAlgorithm, CreatedUpload, NewFile } from '../protocol/messages.ts';
import type { CallContext } from './Call.ts';
import { requireChecksum, wholeChecksumInput } from './checksums.ts';
import { chooseKey } from './chooseKey.ts';
import { EndpointError } from './EndpointError.ts';
import { findPolicy } from './findPolicy.ts';
import { formFields } from './formFields.ts';
import { keyTaken } from './keyTaken.ts';
import { metadataHeaders, UPLOAD_ID_METADATA } from './metadataHeaders.ts';
import { multipartInput } from './multipartInput.ts';
import { objectHeaders, objectTags, taggingHeader } from './objectHeaders.ts';
import { seeObject } from './seeObject.ts';
import { fitsPostForm } from './signPostForm.ts';
import { signParts, signSingle, type WantedPart } from './signUpload.ts';
import { type MultipartTicket, partCount, type TicketDraft } from './Ticket.ts';
import type { AnnouncedFile, EndpointUser } from './UploadEndpointOptions.ts';

/** What a form of these stores would lose. */
const NOT_IN_EVERY_FORM = ['cache-control', 'content-disposition'];

/**
 * Begins the upload of a file that the policy lets in, and signs what is needed first.
 *
 * @param avoid origins that the browser cannot reach
 */
export async function createUpload<User extends EndpointUser>(
  context: CallContext<User>,
  file: NewFile,
  announced: AnnouncedFile,
  avoid?: readonly string[],
): Promise<Omit<CreatedUpload, 'ok'> & CreatedUpload> {
  const { options, store, user } = context;
  const { sizeBytes, type, kind } = announced;
  const { noOverwrite } = findPolicy(options, kind);
  const id = newId();
  const { key, headers, tags, isChosen } = await describeObject(context, announced, id, file);
  const tagging = taggingHeader(tags);
  const base = { id, kind, key, sizeBytes, type, noOverwrite, userId: user?.id ?? null };
  const created = { ok: true, id: file.id, key } as const;

  if (file.partSizeBytes === undefined) {
    const all = { ...headers, ...(tagging !== null && { 'x-amz-tagging': tagging }) };
    const method = canBeForm(context, base, all) ? 'post' : 'put';
    const md5 = file.checksum === undefined ? null : requireChecksum('md5', file.checksum);
    const ticket = {
      ...base,
      method,
      headers: { ...all, ...(noOverwrite && { 'if-none-match': '*' }) },
      md5,
    } as const;
    return { ...created, ticket: await seal(context, ticket), ...(await signSingle(context, ticket, avoid)) };
  }
  const { partSizeBytes, partChecksums: checksum = null } = file;
  if (checksum !== null && checksum !== store.profile.checksums.parts) {
    throw new EndpointError(
      'bad-request',
      `this store verifies ${store.profile.checksums.parts}, not ${checksum}`,
    );
  }
  const isTaggedAtOnce = store.profile.attributes.multipartTags;
  const { uploadId, attempts } = await beginMultipart(context, checksum, {
    Key: key,
    ContentType: type,
    ...multipartInput(headers),
    ...(tagging !== null && isTaggedAtOnce && { Tagging: tagging }),
  });
  const later = tagging === null || isTaggedAtOnce ? null : tags;
  // A key that the site has chosen may be another upload's as well.
  const mayHaveTwins = !isChosen && (file.idempotencyKey !== undefined || attempts > 1);
  const parted = { method: 'multipart', uploadId, partSizeBytes, checksum, mayHaveTwins } as const;
  const ticket = { ...base, ...parted, tags: later };
  return {
    ...created,
    ticket: await seal(context, ticket),
    partSizeBytes,
    ...(await signParts(context, ticket, firstParts(context, ticket, file), avoid)),
  };
}

/** A part that comes with its checksum can't be signed before it is hashed. */
function firstParts<User extends EndpointUser>(
  { store }: CallContext<User>,
  ticket: Omit<MultipartTicket, 'issuedAt'>,
  { firstParts: wanted = 0 }: NewFile,
): WantedPart[] {
  if (ticket.checksum !== null && !store.profile.checksums.partsTold) return [];
  return Array.from({ length: Math.min(wanted, partCount(ticket)) }, (_, index) => ({
    partNumber: index + 1,
  }));
}

/** Key, headers and tags: what the policy says, and what the site adds. */
export async function describeObject<User extends EndpointUser>(
  { options, store, tokens, user }: CallContext<User>,
  file: AnnouncedFile,
  id: string,
  { idempotencyKey }: Pick<NewFile, 'idempotencyKey'> = {},
) {
  const policy = findPolicy(options, file.kind);
  const more = (await options.onCreate?.({ file, kind: file.kind, user })) ?? {};
  const ownMetadata = { ...more.metadata, ...(policy.noOverwrite && { [UPLOAD_ID_METADATA]: id }) };
  const headers = {
    ...(await objectHeaders(policy, file, user)),
    ...(await metadataHeaders(policy.metadata, file, user, ownMetadata)),
  };
  const tags = await objectTags(policy, file, user, more.tags);
  const name = idempotencyKey && (await tokens.nameOf(idempotencyKey, user?.id ?? null));
  const key = await chooseKey(policy, store.profile, file, user, more, name);
  // Nobody shall send gigabytes to a key that is taken; a random one never is.
  const isChosen = policy.key !== undefined || more.key !== undefined;
  if (policy.noOverwrite && isChosen && (await seeObject(store, key)) !== null) throw keyTaken();
  return { key, headers, tags, isChosen };
}

/** A form knows no `If-None-Match`, and not every value and header gets through one. */
export function canBeForm<User extends EndpointUser>(
  { store }: CallContext<User>,
  { key, type, noOverwrite }: Pick<TicketDraft, 'key' | 'type' | 'noOverwrite'>,
  headers: Readonly<Record<string, string>>,
): boolean {
  const { singleRequest, attributes } = store.profile;
  if (singleRequest !== 'post' || noOverwrite) return false;
  if (!attributes.formHeaders && NOT_IN_EVERY_FORM.some((name) => Object.hasOwn(headers, name))) return false;
  return fitsPostForm({ key, type, fields: formFields(headers) });
}

/** @returns the store's upload id */
export async function beginMultipart<User extends EndpointUser>(
  { store }: CallContext<User>,
  checksum: ChecksumAlgorithm | null,
  input: Omit<CreateMultipartUploadCommandInput, 'Bucket'>,
): Promise<{ uploadId: string; attempts: number }> {
  const { UploadId: uploadId, $metadata } = await store.client.send(
    new CreateMultipartUploadCommand({
      Bucket: store.bucket,
      ...input,
      ...wholeChecksumInput(checksum),
    }),
  );
  if (uploadId === undefined || uploadId === '') {
    throw new EndpointError('store-unavailable', 'the store began an upload without naming it');
  }
  return { uploadId, attempts: $metadata.attempts ?? 1 };
}

function seal<User extends EndpointUser>(
  { tokens, options }: CallContext<User>,
  ticket: TicketDraft,
): Promise<string> {
  const { single, multipart } = findPolicy(options, ticket.kind).ticketExpiresInSeconds;
  return tokens.sealTicket(ticket, ticket.method === 'multipart' ? multipart : single);
}

/** 128 random bits. */
export function newId(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
