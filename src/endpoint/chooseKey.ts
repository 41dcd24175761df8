import { shortenFileName } from './cleanFileName.ts';
import { EndpointError } from './EndpointError.ts';
import { byteLength, findKeyFault, type KeyLimits } from './findKeyFault.ts';
import type { ResolvedPolicy } from './resolveOptions.ts';
import type { AnnouncedFile, EndpointUser } from './UploadEndpointOptions.ts';

/**
 * Where the object goes: what the site's `key` says, else `{prefix}{random id}/{file name}`. The random id comes
 * first, so that the load spreads over the store's partitions and no key can be guessed or overwritten.
 *
 * @throws BucketDropError `name-not-allowed`
 */
export async function chooseKey<User extends EndpointUser>(
  policy: Pick<ResolvedPolicy<User>, 'key' | 'prefix'>,
  limits: KeyLimits,
  file: AnnouncedFile,
  user: User | null,
): Promise<string> {
  const key =
    policy.key === undefined ? defaultKey(policy.prefix, limits, file.name) : await policy.key(file, user);
  const fault = findKeyFault(key, limits);
  if (fault !== null) {
    throw new EndpointError('name-not-allowed', `this name gives no usable key: ${fault}`);
  }
  return key;
}

function defaultKey(prefix: string, limits: KeyLimits, name: string): string {
  const start = `${prefix}${crypto.randomUUID()}/`;
  return (
    start + shortenFileName(name, Math.min(limits.maxKeySegmentBytes, limits.maxKeyBytes - byteLength(start)))
  );
}
