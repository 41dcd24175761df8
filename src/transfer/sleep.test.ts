import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { sleep } from './sleep.ts';

it('leaves no listener behind', async () => {
  const { signal } = new AbortController();
  await sleep(1, signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('wakes at once when it is stopped', async () => {
  const stop = new AbortController();
  const sleeping = sleep(60_000, stop.signal);
  stop.abort(new Error('up'));
  await expect(sleeping).rejects.toThrow('up');
  await expect(sleep(60_000, stop.signal)).rejects.toThrow('up');
});
