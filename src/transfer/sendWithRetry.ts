import { backoffDelay, type RetryOptions } from './backoffDelay.ts';
import { isOffline, waitForOnline } from './isOffline.ts';
import type { Lanes } from './Lanes.ts';
import { RequestFailure } from './RequestFailure.ts';
import { RETRY_POLICY } from './retryPolicy.ts';
import { sleep } from './sleep.ts';
import { type Fresh, isFresh } from './UploadSession.ts';

export interface RetriedRequest<Signed, Result> {
  /** Who goes first when lanes are short: the lowest. */
  rank: number;
  signal: AbortSignal;
  sign: () => Promise<Fresh<Signed>>;
  send: (signed: Signed) => Promise<Result>;
  /** Looks behind a failure that the browser does not explain; gives it back if there is nothing to see. */
  explain: (failure: RequestFailure) => Promise<RequestFailure>;
}

/**
 * Sends one request in a lane of its own, as often as the retry policy has it.
 *
 * @throws RequestFailure the last one; BucketDropError when the endpoint would not sign; the signal's reason
 */
export async function sendWithRetry<Signed, Result>(
  lanes: Lanes,
  retry: RetryOptions,
  request: RetriedRequest<Signed, Result>,
): Promise<Result> {
  const { rank, signal } = request;
  let fresh: Fresh<Signed> | undefined;
  for (let failures = 1; ; failures++) {
    // Signed before a lane is taken, so that no lane idles over a round trip to the endpoint.
    if (!isFresh(fresh)) fresh = await request.sign();
    const release = await lanes.acquire(rank, signal);
    let failure: RequestFailure;
    try {
      if (!isFresh(fresh)) fresh = await request.sign();
      signal.throwIfAborted();
      return await request.send(fresh.signed);
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      failure = error;
    } finally {
      release();
    }
    failure = await request.explain(failure);
    const { action, attempts = retry.attempts } = RETRY_POLICY[failure.kind];
    if (action === 'give-up' || action === 'restart') throw failure;
    if (action === 're-sign') fresh = undefined;
    if (failure.kind === 'network' && isOffline()) {
      // Without a line no try was made: it does not count.
      failures--;
      await waitForOnline(signal);
    } else if (failures >= Math.min(attempts, retry.attempts)) throw failure;
    else await sleep(backoffDelay(failures, retry, failure.retryAfterSeconds), signal);
  }
}
