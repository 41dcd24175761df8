import { expect, test } from 'vitest';
import { BucketHosts } from './BucketHosts.ts';
import { DEFAULT_RETRY } from './backoffDelay.ts';
import { Circuit } from './Circuit.ts';
import { Lanes } from './Lanes.ts';
import { momentNow } from './Moment.ts';
import { PaceGate } from './PaceGate.ts';
import { RequestFailure } from './RequestFailure.ts';
import { sendWithRetry } from './sendWithRetry.ts';

const retry = { ...DEFAULT_RETRY, attempts: 6, minDelayMs: 1, maxDelayMs: 2 };
const broken = () => new RequestFailure('request-timeout', { url: '', status: 400 });
const refused = () => new RequestFailure('url-refused', { url: '', status: 403 });

/** Sends a request that meets these failures, one after the other. */
async function meet(failures: RequestFailure[]) {
  const circuit = new Circuit({ retry: () => retry, onChange: () => {}, onGiveUp: () => {} });
  let sent = 0;
  const patience: number[] = [];
  const outcome = await sendWithRetry(
    { lanes: new Lanes(6), hosts: new BucketHosts(), pace: new PaceGate(), retry, circuit },
    {
      rank: 0,
      sizeBytes: 1,
      signal: new AbortController().signal,
      sign: async () => ({ signed: { url: 'https://bucket.example/' }, bornAt: momentNow(), lifeMs: 60_000 }),
      explain: async (failure) => failure,
      send: async (_signed, sending) => {
        patience.push(sending.patience);
        const failure = failures[sent++];
        if (failure) throw failure;
        return 'stored';
      },
    },
  ).catch((error: unknown) => (error as RequestFailure).kind);
  return { outcome, sent, patience };
}

test('what a line did before does not count against a signature', async () => {
  expect(await meet([broken(), broken(), broken(), refused(), refused()])).toMatchObject({
    outcome: 'stored',
    sent: 6,
  });
});

test('a signature that is refused three times is given up, whatever happens in between', async () => {
  expect(await meet([refused(), broken(), refused(), refused()])).toMatchObject({
    outcome: 'url-refused',
    sent: 4,
  });
});

test('what stood still may stand still for twice as long the next time, and for four times at most', async () => {
  const stalled = () => new RequestFailure('stalled', { url: '', status: 0 });
  const { patience } = await meet([stalled(), broken(), stalled(), stalled(), stalled()]);
  expect(patience).toEqual([1, 2, 2, 4, 4, 4]);
});

test('all failures together have a limit as well', async () => {
  const all = [refused(), broken(), refused(), broken(), broken(), broken(), broken()];
  expect(await meet(all)).toMatchObject({ outcome: 'request-timeout', sent: 6 });
});
