import type { FailureKind } from './RequestFailure.ts';

export type RetryAction =
  /** Wait, then the same again. */
  | 'retry'
  /** Wait, then again with a fresh signature. */
  | 're-sign'
  /** Wait, then list what the bucket has: a part that arrived is not sent again, another one is signed anew. */
  | 'list-parts'
  /** What was stored is lost: begin this file anew. */
  | 'restart'
  | 'give-up';

export interface RetryRule {
  action: RetryAction;
  /** Fewer tries than usual, where more would not help. */
  attempts?: number;
  /** The first time, there is nothing to wait for. */
  atOnce?: true;
  /** May be the store or the line as a whole: when it hits all requests alike, all wait and one tries (`Circuit`). */
  outage?: true;
}

/** Which failure means what. Whatever is not a RequestFailure is a bug of ours and is never retried. */
export const RETRY_POLICY: Record<FailureKind, RetryRule> = {
  // Status 0 may hide a 403, since stores answer a bad signature without CORS headers: so never with the same URL.
  network: { action: 're-sign', outage: true },
  'answer-lost': { action: 'list-parts', outage: true },
  timeout: { action: 'list-parts', outage: true },
  stalled: { action: 're-sign', outage: true },
  'request-timeout': { action: 'retry' },
  'url-expired': { action: 're-sign', attempts: 3, atOnce: true },
  'url-refused': { action: 're-sign', attempts: 3 },
  'upload-gone': { action: 'restart' },
  conflict: { action: 'retry' },
  'precondition-failed': { action: 'give-up' },
  'too-many-requests': { action: 'retry', outage: true },
  'slow-down': { action: 'retry', outage: true },
  'store-error': { action: 'retry', outage: true },
  'error-in-200': { action: 'retry', outage: true },
  'malformed-answer': { action: 're-sign', outage: true },
  damaged: { action: 'retry' },
  // With its checksum this time, so that the store itself compares.
  'checksum-wanted': { action: 're-sign', attempts: 3, atOnce: true },
  refused: { action: 'give-up' },
  'etag-hidden': { action: 'give-up' },
  'file-changed': { action: 'give-up' },
};
