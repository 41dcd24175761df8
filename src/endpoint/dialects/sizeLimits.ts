import { MAX_PART_COUNT } from '../../protocol/limits.ts';
import { EndpointError } from '../EndpointError.ts';
import type { ResolvedPolicy } from '../resolvePolicy.ts';
import type { StoreProfile } from '../storeProfiles.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';

type Limits<User extends EndpointUser> = Pick<ResolvedPolicy<User>, 'minFileSizeBytes' | 'maxFileSizeBytes'>;

/** True if the policy limits the size at all. */
export function hasSizeLimits<User extends EndpointUser>(policy: Limits<User>): boolean {
  return policy.minFileSizeBytes !== null || policy.maxFileSizeBytes !== null;
}

/** The sizes that a form may let in. */
export function formSizes<User extends EndpointUser>(
  { minFileSizeBytes, maxFileSizeBytes }: Limits<User>,
  { maxSingleRequestBytes: most }: StoreProfile,
): { minSizeBytes: number; sizeBytes: number } {
  return { minSizeBytes: minFileSizeBytes ?? 0, sizeBytes: Math.min(maxFileSizeBytes ?? most, most) };
}

/**
 * No file that is allowed has more parts: all but the last are as large as the store demands.
 *
 * @throws BucketDropError `file-too-large`
 */
export function checkPartNumber<User extends EndpointUser>(
  { maxFileSizeBytes }: Limits<User>,
  { minPartSizeBytes }: StoreProfile,
  partNumber: number,
): void {
  if (maxFileSizeBytes === null) return;
  const most = Math.max(1, Math.ceil(maxFileSizeBytes / minPartSizeBytes));
  if (partNumber <= Math.min(most, MAX_PART_COUNT)) return;
  throw new EndpointError(
    'file-too-large',
    `a file of ${maxFileSizeBytes} bytes, as is allowed, has no part ${partNumber}`,
  );
}
