import { MAX_OBJECT_SIZE_BYTES } from '../../protocol/limits.ts';
import type { CallContext } from '../Call.ts';
import { checkFile } from '../checkFile.ts';
import { checkQuota } from '../checkQuota.ts';
import { describeObject, newId } from '../createUpload.ts';
import { EndpointError } from '../EndpointError.ts';
import { findPolicy } from '../findPolicy.ts';
import { taggingHeader } from '../objectHeaders.ts';
import type { UnsizedUpload } from '../UnsizedUpload.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import { keepStoredMetadata } from './keepStoredMetadata.ts';

/** What a dialect tells of a file. */
export interface UnsizedFile {
  name: string;
  type: string;
  kind: string | null;
  metadata: Readonly<Record<string, unknown>>;
}

/** What the endpoint makes of it; nothing of this is the browser's to choose. */
export interface AnnouncedUnsized extends Omit<UnsizedUpload, 'uploadId' | 'issuedAt' | 'tags'> {
  /** All but type, length and tags. */
  headers: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  /** The tags, as a PUT has them. */
  tagging: { 'x-amz-tagging'?: string };
}

/**
 * Lets a file in whose size nobody tells, if the policy does. The site's own functions are asked as for the largest
 * file that is allowed, so that a quota counts enough.
 *
 * @throws BucketDropError `kind-unknown`, `name-not-allowed`, `type-not-allowed`, `quota-exceeded`, …
 */
export async function announceUnsized<User extends EndpointUser>(
  context: CallContext<User>,
  { name, type, kind, metadata }: UnsizedFile,
): Promise<AnnouncedUnsized> {
  const { options, user } = context;
  const policy = findPolicy(options, kind);
  const announced = checkFile(policy, {
    id: '-',
    name: fitForm(name),
    type,
    sizeBytes: policy.maxFileSizeBytes ?? MAX_OBJECT_SIZE_BYTES,
    metadata: keepStoredMetadata(policy.metadata, metadata),
    ...(kind !== null && { kind }),
  });
  if ((await checkQuota(options, [announced], user)).size > 0)
    throw new EndpointError('quota-exceeded', 'there is no room left for a file of the largest allowed size');
  const id = newId();
  const { key, headers, tags } = await describeObject(context, announced, id);
  const tagging = taggingHeader(tags);
  return {
    id,
    kind,
    key,
    type: announced.type,
    noOverwrite: policy.noOverwrite,
    userId: user?.id ?? null,
    headers,
    tags,
    tagging: tagging === null ? {} : { 'x-amz-tagging': tagging },
  };
}

/** In a POST form, a dollar sign and spaces at the ends would not arrive as they are. */
function fitForm(name: string): string {
  return name.replaceAll('$', '_').trim();
}
