import type { ResolvedPolicy } from '../resolvePolicy.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';

const NAME = /^[a-z0-9-]{1,64}$/i;

/**
 * What of a file's metadata may be stored. Uppy sends everything that it knows of a file (`relativePath`, …), asked or
 * not, so what the policy does not name is left out here, where BucketDrop's own widget would be told of its mistake.
 */
export function keepStoredMetadata<User extends EndpointUser>(
  policy: ResolvedPolicy<User>['metadata'],
  given: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const allowed = Array.isArray(policy) ? new Set(policy.map((name: string) => name.toLowerCase())) : null;
  const kept = Object.entries(given).flatMap(([name, value]): [string, string][] => {
    if (!NAME.test(name) || (allowed !== null && !allowed.has(name.toLowerCase()))) return [];
    if (typeof value === 'object' || value === undefined) return [];
    return [[name, String(value)]];
  });
  return Object.fromEntries(kept);
}
