import { shortenFileName } from './cleanFileName.ts';
import { EndpointError } from './EndpointError.ts';
import { byteLength, findKeyFault, type KeyLimits } from './findKeyFault.ts';
import type { ResolvedPolicy } from './resolvePolicy.ts';
import type { AnnouncedFile, EndpointUser, UploadAdditions } from './UploadEndpointOptions.ts';

/**
 * Where the object goes: what the site's `onCreate` or `key` says, else `{prefix}{random id}/{file name}`. The random id comes
 * first, so that the load spreads over the store's partitions and no key can be guessed or overwritten.
 *
 * @param id stands for the random id
 * @throws BucketDropError `name-not-allowed`
 */
export async function chooseKey<User extends EndpointUser>(
  policy: Pick<ResolvedPolicy<User>, 'key' | 'prefix'>,
  limits: KeyLimits,
  file: AnnouncedFile,
  user: User | null,
  more: Pick<UploadAdditions, 'key' | 'prefix'> = {},
  id: string = crypto.randomUUID(),
): Promise<string> {
  const prefix = policy.prefix + (more.prefix ?? '');
  const key = more.key ?? (await policy.key?.(file, user)) ?? defaultKey(prefix, limits, file.name, id);
  const fault = findKeyFault(key, limits);
  if (fault !== null) {
    throw new EndpointError('name-not-allowed', `this name gives no usable key: ${fault}`);
  }
  return key;
}

function defaultKey(prefix: string, limits: KeyLimits, name: string, id: string): string {
  const start = `${prefix}${id}/`;
  return (
    start + shortenFileName(name, Math.min(limits.maxKeySegmentBytes, limits.maxKeyBytes - byteLength(start)))
  );
}
