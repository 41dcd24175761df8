import type { EndpointUser } from './EndpointUser.ts';
import type { Policies } from './findPolicy.ts';
import { findPolicy } from './findPolicy.ts';
import type { AnnouncedFile } from './UploadPolicy.ts';

/**
 * Asks the site, once for each kind, how much is left.
 *
 * @returns the files that no longer fit, the first ones first served
 * @throws TypeError for an answer that is no number
 */
export async function checkQuota<User extends EndpointUser>(
  policies: Policies<User>,
  files: readonly AnnouncedFile[],
  user: User | null,
): Promise<ReadonlySet<AnnouncedFile>> {
  const refused = new Set<AnnouncedFile>();
  for (const kind of new Set(files.map((file) => file.kind))) {
    const { quota } = findPolicy(policies, kind);
    if (quota === undefined) continue;
    const ofKind = files.filter((file) => file.kind === kind);
    const sizeBytes = ofKind.reduce((sum, file) => sum + file.sizeBytes, 0);
    let left = await quota({ user, kind, files: ofKind, sizeBytes });
    if (typeof left !== 'number' || Number.isNaN(left)) {
      throw new TypeError('`quota` has to give a number: the bytes that are left');
    }
    for (const file of ofKind) {
      if (file.sizeBytes > left) refused.add(file);
      else left -= file.sizeBytes;
    }
  }
  return refused;
}
