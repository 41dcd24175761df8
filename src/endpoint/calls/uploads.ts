import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import {
  type ChecksumAlgorithm,
  type CreatedUpload,
  type NewFile,
  type UploadsAnswer,
  UploadsRequest,
} from '../../protocol/messages.ts';
import { answerEach } from '../answerEach.ts';
import { type CallContext, postCall } from '../Call.ts';
import { checkFile, checkTransfer } from '../checkFile.ts';
import { requireChecksum, wholeChecksumInput } from '../checksums.ts';
import { chooseKey } from '../chooseKey.ts';
import { EndpointError } from '../EndpointError.ts';
import { METADATA_PREFIX, metadataHeaders } from '../metadataHeaders.ts';
import { fitsPostForm } from '../signPostForm.ts';
import { signParts, signSingle } from '../signUpload.ts';
import { partCount, type TicketDraft } from '../Ticket.ts';
import type { AnnouncedFile, EndpointUser } from '../UploadEndpointOptions.ts';

/** `POST uploads`: lets files in and signs what is needed first. */
export const uploads = postCall(UploadsRequest, async (context, { files }): Promise<UploadsAnswer> => {
  const { maxFileCount } = context.options.uploads;
  const ids = new Set(files.map((file) => file.id));
  if (ids.size < files.length) throw new EndpointError('bad-request', 'two files have the same id');
  const entries = await answerEach(context, [...files.entries()], async ([index, file]) => {
    if (maxFileCount !== null && index >= maxFileCount) {
      throw new EndpointError('file-refused', `at most ${maxFileCount} files are taken at once`);
    }
    return createUpload(context, file);
  });
  return {
    uploads: entries.map((entry, index) => (entry.ok ? entry : { ...entry, id: files[index]?.id ?? '' })),
  };
});

async function createUpload<User extends EndpointUser>(
  context: CallContext<User>,
  file: NewFile,
): Promise<Omit<CreatedUpload, 'ok'> & CreatedUpload> {
  const { options, store, user } = context;
  const policy = options.uploads;
  const announced = checkFile(policy, file);
  checkTransfer(policy, store.profile, file);
  const headers = await metadataHeaders(policy.metadata, announced, user);
  const key = await chooseKey(policy, store.profile, announced, user);
  const { sizeBytes, type } = announced;
  const base = { key, sizeBytes, type, userId: user?.id ?? null };
  const created = { ok: true, id: file.id, key } as const;

  if (file.partSizeBytes === undefined) {
    const wanted = store.profile.singleRequest;
    const method = wanted === 'post' && fitsPostForm({ key, type, fields: headers }) ? 'post' : 'put';
    const md5 = file.checksum === undefined ? null : requireChecksum('md5', file.checksum);
    const ticket = { ...base, method, headers, md5 } as const;
    return { ...created, ticket: await seal(context, ticket), ...(await signSingle(context, ticket)) };
  }
  const { partSizeBytes, firstParts = 0, partChecksums: checksum = null } = file;
  if (checksum !== null && checksum !== store.profile.checksums.parts) {
    throw new EndpointError(
      'bad-request',
      `this store verifies ${store.profile.checksums.parts}, not ${checksum}`,
    );
  }
  const uploadId = await beginMultipart(context, announced, key, headers, checksum);
  const ticket = { ...base, method: 'multipart', uploadId, partSizeBytes, checksum } as const;
  // A part that comes with its checksum can't be signed before it is hashed.
  const length = checksum === null ? Math.min(firstParts, partCount(ticket)) : 0;
  const first = Array.from({ length }, (_, index) => ({ partNumber: index + 1 }));
  return {
    ...created,
    ticket: await seal(context, ticket),
    partSizeBytes,
    ...(await signParts(context, ticket, first)),
  };
}

async function beginMultipart<User extends EndpointUser>(
  { store }: CallContext<User>,
  { type }: AnnouncedFile,
  key: string,
  headers: Readonly<Record<string, string>>,
  checksum: ChecksumAlgorithm | null,
): Promise<string> {
  const metadata = Object.entries(headers).map(([name, value]) => [
    name.slice(METADATA_PREFIX.length),
    value,
  ]);
  const { UploadId: uploadId } = await store.client.send(
    new CreateMultipartUploadCommand({
      Bucket: store.bucket,
      Key: key,
      ContentType: type,
      Metadata: Object.fromEntries(metadata),
      ...wholeChecksumInput(checksum),
    }),
  );
  if (uploadId === undefined || uploadId === '') {
    throw new EndpointError('store-unavailable', 'the store began an upload without naming it');
  }
  return uploadId;
}

function seal<User extends EndpointUser>(
  { tokens, options }: CallContext<User>,
  ticket: TicketDraft,
): Promise<string> {
  const { single, multipart } = options.uploads.ticketExpiresInSeconds;
  return tokens.sealTicket(ticket, ticket.method === 'multipart' ? multipart : single);
}
