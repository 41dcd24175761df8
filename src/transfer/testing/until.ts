import { expect, vi } from 'vitest';

/** However slow the machine is. */
const TIMEOUT_MS = 20_000;

/** Waits until it is so, and looks again after every turn of the loop. */
export async function until(isMet: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(isMet()).toBe(true), { interval: 0, timeout: TIMEOUT_MS });
}
