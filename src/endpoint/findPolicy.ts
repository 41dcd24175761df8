import { EndpointError } from './EndpointError.ts';
import type { EndpointUser } from './EndpointUser.ts';
import type { ResolvedPolicy } from './resolvePolicy.ts';

/** All that may be uploaded: one policy, or one for each kind. */
export interface Policies<User extends EndpointUser> {
  uploads: ResolvedPolicy<User>;
  /** Null where the policy names no kinds. */
  kinds: ReadonlyMap<string, ResolvedPolicy<User>> | null;
}

/**
 * What counts for a file of this kind. Where kinds are named, the policy around them lets nothing in by itself.
 *
 * @throws BucketDropError `kind-unknown`. It does not say which kinds there are: that is not for everyone to know.
 */
export function findPolicy<User extends EndpointUser>(
  { uploads, kinds }: Policies<User>,
  kind: string | null,
): ResolvedPolicy<User> {
  if (kinds === null && kind === null) return uploads;
  const found = kind === null ? undefined : kinds?.get(kind);
  if (found !== undefined) return found;
  throw new EndpointError(
    'kind-unknown',
    kind === null ? 'a file here must name its kind' : 'there is no such kind of upload',
    'Give the widget one of the names in the endpoint’s `uploads.kinds` as its `kind`.',
  );
}
