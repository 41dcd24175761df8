import { abortUpload } from '../abortUpload.ts';
import type { CallContext } from '../Call.ts';
import { findPolicy } from '../findPolicy.ts';
import { presign } from '../presign.ts';
import { signatureTime } from '../signatureTime.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import type { BegunUpload } from './openUpload.ts';
import { checkPartNumber } from './sizeLimits.ts';

/**
 * URLs for parts of whatever size. A part that no allowed file has shows that the file is too large: its upload is
 * given up at once.
 *
 * @throws BucketDropError `file-too-large`
 */
export async function signUnsizedParts<User extends EndpointUser>(
  context: CallContext<User>,
  upload: BegunUpload,
  partNumbers: readonly number[],
): Promise<{ urls: Map<number, string>; expiresInSeconds: number }> {
  const { options, store } = context;
  const { key, uploadId, kind } = upload;
  const policy = findPolicy(options, kind);
  try {
    for (const partNumber of partNumbers) checkPartNumber(policy, store.profile, partNumber);
  } catch (refusal) {
    await abortUpload(store, upload);
    throw refusal;
  }
  const time = await signatureTime(context, policy.urlExpiresInSeconds);
  const urls = new Map<number, string>();
  for (const partNumber of partNumbers) {
    const query = { partNumber: String(partNumber), uploadId };
    urls.set(partNumber, await presign(store, { method: 'PUT', key, query }, time));
  }
  return { urls, expiresInSeconds: time.expiresInSeconds };
}
