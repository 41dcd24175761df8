import { lookup } from 'mrmime';
import { MAX_PART_COUNT } from '../protocol/limits.ts';
import type { NewFile } from '../protocol/messages.ts';
import { cleanFileName } from './cleanFileName.ts';
import { EndpointError } from './EndpointError.ts';
import { admitType, isMediaType } from './isTypeAllowed.ts';
import type { ResolvedPolicy } from './resolvePolicy.ts';
import type { StoreProfile } from './storeProfiles.ts';
import { partCount } from './Ticket.ts';
import type { AnnouncedFile, EndpointUser } from './UploadEndpointOptions.ts';

/** What a browser that doesn't know a file's type stands for. */
const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * The file as announced, if the policy lets it in.
 *
 * @throws BucketDropError `name-not-allowed`, `file-too-large`, `file-too-small`, `type-not-allowed`
 */
export function checkFile<User extends EndpointUser>(
  policy: ResolvedPolicy<User>,
  file: NewFile,
): AnnouncedFile {
  const name = cleanFileName(file.name);
  const { sizeBytes } = file;
  checkSize(policy, sizeBytes);
  if (file.type !== '' && !isMediaType(file.type)) {
    throw new EndpointError('type-not-allowed', `${JSON.stringify(file.type)} is no MIME type`);
  }
  const admission = admitType(policy.allowedTypes, { name, type: file.type });
  if (admission === null) {
    const allowed = policy.allowedTypes?.map((rule) => rule.text).join(', ');
    throw new EndpointError(
      'type-not-allowed',
      `files of this type are not taken here; allowed are ${allowed}`,
    );
  }
  return {
    name,
    sizeBytes,
    type: admission === 'extension' ? typeOfName(name) : file.type === '' ? UNKNOWN_TYPE : file.type,
    kind: file.kind ?? null,
    metadata: file.metadata ?? {},
  };
}

/** A file that is let in as `.pdf` is stored as a PDF: the browser's word would make of it a page with scripts. */
function typeOfName(name: string): string {
  return lookup(name) ?? UNKNOWN_TYPE;
}

/** @throws BucketDropError `file-too-large`, `file-too-small` */
export function checkSize<User extends EndpointUser>(
  { minFileSizeBytes, maxFileSizeBytes }: Pick<ResolvedPolicy<User>, 'minFileSizeBytes' | 'maxFileSizeBytes'>,
  sizeBytes: number,
): void {
  if (maxFileSizeBytes !== null && sizeBytes > maxFileSizeBytes) {
    throw new EndpointError(
      'file-too-large',
      `the file has ${sizeBytes} bytes, allowed are ${maxFileSizeBytes}`,
    );
  }
  if (minFileSizeBytes !== null && sizeBytes < minFileSizeBytes) {
    throw new EndpointError(
      'file-too-small',
      `the file has ${sizeBytes} bytes, needed are ${minFileSizeBytes}`,
    );
  }
}

/**
 * Whether a file of this size can travel as the browser asks.
 *
 * @throws BucketDropError `bad-request`
 */
export function checkTransfer<User extends EndpointUser>(
  policy: ResolvedPolicy<User>,
  profile: StoreProfile,
  { sizeBytes, partSizeBytes }: Pick<NewFile, 'sizeBytes' | 'partSizeBytes'>,
): void {
  if (partSizeBytes === undefined) {
    const most = policy.singleRequestMaxBytes;
    if (sizeBytes <= most) return;
    throw new EndpointError(
      'bad-request',
      `a file of more than ${most} bytes goes in parts: send partSizeBytes`,
    );
  }
  if (sizeBytes === 0) throw new EndpointError('bad-request', 'an empty file goes in one request');
  const { minPartSizeBytes: least, maxPartSizeBytes: most } = profile;
  if (partSizeBytes < least || partSizeBytes > most) {
    throw new EndpointError(
      'bad-request',
      `partSizeBytes is ${partSizeBytes}; this store takes ${least} to ${most}`,
    );
  }
  const count = partCount({ sizeBytes, partSizeBytes });
  if (count > MAX_PART_COUNT) {
    throw new EndpointError('bad-request', `that makes ${count} parts; S3 takes ${MAX_PART_COUNT}`);
  }
}
