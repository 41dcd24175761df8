import { afterEach, expect, test, vi } from 'vitest';
import { loadPatiently } from './loadPatiently.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Fails so often, then is there. */
function failing(times: number) {
  let calls = 0;
  return vi.fn(async () => {
    if (calls++ < times) throw new TypeError('Failed to fetch dynamically imported module');
    return 'module';
  });
}

test('tries again while the line comes and goes, and in the end tells why not', async () => {
  vi.useFakeTimers();
  const loaded = loadPatiently(failing(3));
  await vi.runAllTimersAsync();
  expect(await loaded).toBe('module');
  const load = failing(99);
  const failed = expect(loadPatiently(load)).rejects.toThrow('Failed to fetch');
  await vi.runAllTimersAsync();
  await failed;
  expect(load).toHaveBeenCalledTimes(4);
});

test('waits for the line where there is none, for as long as that takes', async () => {
  const page = Object.assign(new EventTarget(), { onLine: false });
  vi.stubGlobal('navigator', page);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  const load = failing(6);
  const loaded = loadPatiently(load);
  for (let spells = 1; spells <= 6; spells++) {
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(spells));
    await new Promise((resolve) => setTimeout(resolve));
    page.dispatchEvent(new Event('online'));
  }
  expect(await loaded).toBe('module');
});
