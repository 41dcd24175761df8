/** Where one upload stands. */
export type UploadState =
  /** Waits for its turn; what was already stored of it is kept. */
  | 'queued'
  /** The endpoint is being asked for a ticket. */
  | 'creating'
  | 'sending'
  /** All bytes are in the bucket; the endpoint makes them an object and checks it. */
  | 'completing'
  | 'done'
  | 'paused'
  | 'failed'
  | 'canceled';

export type UploadEvent =
  | 'create'
  | 'send'
  | 'complete'
  | 'succeed'
  | 'pause'
  | 'resume'
  | 'fail'
  | 'retry'
  | 'restart'
  | 'cancel';

/** Every transition there is; what does not stand here is impossible. */
export const TRANSITIONS: Record<UploadState, Partial<Record<UploadEvent, UploadState>>> = {
  queued: { create: 'creating', send: 'sending', pause: 'paused', fail: 'failed', cancel: 'canceled' },
  creating: { send: 'sending', pause: 'paused', fail: 'failed', cancel: 'canceled' },
  sending: {
    complete: 'completing',
    restart: 'queued',
    pause: 'paused',
    fail: 'failed',
    cancel: 'canceled',
  },
  completing: { succeed: 'done', restart: 'queued', fail: 'failed', cancel: 'canceled' },
  done: {},
  paused: { resume: 'queued', fail: 'failed', cancel: 'canceled' },
  failed: { retry: 'queued', cancel: 'canceled' },
  canceled: {},
};

/** Whether `event` may happen in `state`. */
export function canTransition(state: UploadState, event: UploadEvent): boolean {
  return TRANSITIONS[state][event] !== undefined;
}

/** @throws RangeError for a transition that is not in the table: a bug of ours, never retried. */
export function nextState(state: UploadState, event: UploadEvent): UploadState {
  const next = TRANSITIONS[state][event];
  if (next === undefined) throw new RangeError(`an upload that is ${state} cannot ${event}`);
  return next;
}
