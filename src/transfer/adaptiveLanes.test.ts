import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Transfer } from './Transfer.ts';
import type { TransferOptions } from './TransferOptions.ts';
import { FAKE_CONFIG, FakeWorld } from './testing/FakeWorld.ts';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.install();
});
afterEach(() => vi.unstubAllGlobals());

/** Of 101 parts, all of which arrive. */
async function send(options: Partial<TransferOptions> = {}): Promise<void> {
  const retry = { minDelayMs: 1, maxDelayMs: 2 };
  const transfer = new Transfer({ endpoint: '/api/uploads', journal: false, retry, ...options });
  const blob = new Blob([new Uint8Array(1_005)]);
  await transfer.add({ id: 'f', name: 'n', type: 'x/y', blob }).finished;
  transfer.destroy();
}

it('six requests are in flight by default, and never more', async () => {
  await send();
  expect(world.peak).toBe(6);
});

it('half of them begin when the first bytes have moved, so that they do not all wait at once later', async () => {
  const held = { status: 200, headers: { etag: '"e"' }, held: true };
  world.answer = (_request, nth) => (nth <= 6 ? held : undefined);
  const sent = send();
  await vi.waitFor(() => expect(world.inFlight).toBe(3));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(world.requests).toHaveLength(3);
  world.letGo();
  await vi.waitFor(() => expect(world.requests.length).toBeGreaterThanOrEqual(6));
  const letGo = setInterval(() => world.letGo(), 5);
  await sent;
  clearInterval(letGo);
});

it('all of them begin at once where each has no more than one part to send', async () => {
  world.config = {
    ...FAKE_CONFIG,
    multipart: { ...FAKE_CONFIG.multipart, preferredPartSizeBytes: 200 },
  };
  world.answer = () => ({ status: 200, headers: { etag: '"e"' }, held: true });
  const sent = send();
  await vi.waitFor(() => expect(world.inFlight).toBe(6), { timeout: 200 });
  world.letGo();
  await sent;
});

it('more requests than six are in flight where that is allowed, once the first came through', async () => {
  const first: number[] = [];
  world.answer = (_request, nth) => {
    if (nth <= 18) first.push(world.inFlight);
    return undefined;
  };
  await send({ maxConcurrentRequests: 12 });
  expect(Math.max(...first)).toBe(6);
  expect(world.peak).toBe(12);
});

it('half as many are in flight after the store asked for less', async () => {
  const later: number[] = [];
  world.answer = (_request, nth) => {
    // By then, what was under way is over.
    if (nth > 20) later.push(world.inFlight);
    // All six are under way: the second three begin when the first have.
    return nth === 8 ? { status: 503, body: '<Error><Code>SlowDown</Code></Error>' } : undefined;
  };
  await send();
  expect(world.peak).toBe(6);
  expect(Math.max(...later.slice(0, 30))).toBeLessThanOrEqual(3);
});

it('as many as before are in flight after a signature was refused', async () => {
  const later: number[] = [];
  world.answer = (_request, nth) => {
    if (nth > 15) later.push(world.inFlight);
    return nth === 3 ? { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' } : undefined;
  };
  await send();
  expect(Math.max(...later)).toBe(6);
});
