import { describe, expect, it } from 'vitest';
import { canTransition, nextState, TRANSITIONS, type UploadEvent, type UploadState } from './uploadStates.ts';

const STATES = Object.keys(TRANSITIONS) as UploadState[];
const EVENTS: UploadEvent[] = [
  'create',
  'send',
  'complete',
  'succeed',
  'pause',
  'resume',
  'fail',
  'retry',
  'restart',
  'cancel',
];

/** Written down a second time on purpose: a change of the table must be meant. */
const ALLOWED = [
  'queued create creating',
  'queued send sending',
  'queued pause paused',
  'queued fail failed',
  'queued cancel canceled',
  'creating send sending',
  'creating pause paused',
  'creating fail failed',
  'creating cancel canceled',
  'sending complete completing',
  'sending restart queued',
  'sending pause paused',
  'sending fail failed',
  'sending cancel canceled',
  'completing succeed done',
  'completing restart queued',
  'completing fail failed',
  'completing cancel canceled',
  'paused resume queued',
  'paused fail failed',
  'paused cancel canceled',
  'failed retry queued',
  'failed cancel canceled',
];

describe.each(STATES)('an upload that is %s', (state) => {
  it.each(EVENTS)('on %s', (event) => {
    const line = ALLOWED.find((one) => one.startsWith(`${state} ${event} `));
    expect(canTransition(state, event)).toBe(line !== undefined);
    if (line) expect(nextState(state, event)).toBe(line.split(' ')[2]);
    else expect(() => nextState(state, event)).toThrow(RangeError);
  });
});
