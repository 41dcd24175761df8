import type { SignedPart } from '../protocol/messages.ts';
import type { Engine } from './Engine.ts';
import { proofOf } from './journal/proofOf.ts';
import type { UploadPlan } from './planUpload.ts';
import type { BucketAnswer } from './sendRequest.ts';
import type { MultipartSession, StoredPart } from './UploadSession.ts';

/** Whether parts go before they are hashed, so that neither a signature nor a lane ever waits for that. */
export function isToldBy({ found }: Pick<Engine, 'found'>, plan: UploadPlan | undefined): boolean {
  return plan?.kind === 'multipart' && plan.checksum !== null && plan.isTold && !found.wantsChecksums;
}

/**
 * What the store says that it got of a part which came without its checksum.
 *
 * @returns base64, in the session's algorithm; undefined where it tells nothing that this page may see: a CRC is compared
 *   by the store itself then, when the upload is completed
 */
export function toldOf(
  { checksum: algorithm }: MultipartSession,
  { headers, partNumber }: SignedPart,
  answer: BucketAnswer,
  { etag, sizeBytes }: StoredPart,
): string | undefined {
  if (algorithm === null || Object.keys(headers).length > 0) return undefined;
  if (algorithm === 'md5')
    return proofOf(algorithm, undefined, { partNumber, etag, sizeBytes })?.checksum ?? '';
  return answer.header(`x-amz-checksum-${algorithm}`) ?? undefined;
}

/**
 * Whether the store got something else than what was meant, as far as both are known. Of an ETag that may as well be the
 * store's way of making them: from then on, parts come with their checksums.
 */
export function isOther(
  { checksum: algorithm, checksums }: MultipartSession,
  { found }: Pick<Engine, 'found'>,
  partNumber: number,
  { told }: StoredPart,
): boolean {
  const meant = checksums.get(partNumber);
  if (told === undefined || meant === undefined || told === meant) return false;
  if (algorithm === 'md5') found.wantsChecksums = true;
  return true;
}
