import type { FailureKind } from './RequestFailure.ts';

export type RetryAction =
  /** Wait, then the same again. */
  | 'retry'
  /** Wait, then again with a fresh signature. */
  | 're-sign'
  /** What was stored is lost: begin this file anew. */
  | 'restart'
  | 'give-up';

interface RetryRule {
  action: RetryAction;
  /** Fewer tries than usual, where more would not help. */
  attempts?: number;
}

/** Which failure means what. Whatever is not a RequestFailure is a bug of ours and is never retried. */
export const RETRY_POLICY: Record<FailureKind, RetryRule> = {
  // Status 0 may hide a 403, since stores answer a bad signature without CORS headers: so never with the same URL.
  network: { action: 're-sign' },
  stalled: { action: 're-sign' },
  throttled: { action: 'retry' },
  'store-error': { action: 'retry' },
  damaged: { action: 'retry' },
  'url-refused': { action: 're-sign', attempts: 3 },
  'upload-gone': { action: 'restart' },
  refused: { action: 'give-up' },
  'etag-hidden': { action: 'give-up' },
  'file-changed': { action: 'give-up' },
};
