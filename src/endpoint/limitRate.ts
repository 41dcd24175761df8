import { EndpointError } from './EndpointError.ts';
import type { EndpointUser, RateQuestion, UploadEndpointOptions } from './UploadEndpointOptions.ts';

/**
 * Asks the site whether this call may be answered now.
 *
 * @throws BucketDropError `too-many-requests`
 */
export async function limitRate<User extends EndpointUser>(
  ask: UploadEndpointOptions<User>['rateLimit'],
  question: RateQuestion<User>,
): Promise<void> {
  const refusal = await ask?.(question);
  if (refusal == null) return;
  if (!Number.isFinite(refusal.retryAfterSeconds)) {
    throw new TypeError('`rateLimit` has to give nothing, or `retryAfterSeconds`, a number');
  }
  // A header takes whole seconds, and zero would be an invitation.
  const retryAfterSeconds = Math.max(1, Math.ceil(refusal.retryAfterSeconds));
  throw new EndpointError(
    'too-many-requests',
    'that were too many requests',
    `Ask again in ${retryAfterSeconds} s.`,
    {
      details: { retryAfterSeconds },
    },
  );
}

/** How many files or uploads a checked question is about. */
export function countOf(input: unknown): number {
  if (typeof input !== 'object' || input === null) return 1;
  const lists = Object.entries(input).filter(([name]) => name === 'files' || name === 'uploads');
  return Math.max(1, ...lists.map(([, list]) => (Array.isArray(list) ? list.length : 1)));
}
