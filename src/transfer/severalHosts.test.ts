import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FAKE_CONFIG, FakeWorld, type SeenRequest } from './testing/FakeWorld.ts';
import { fakeFile as file } from './testing/fakeFile.ts';
import { quick, startTransfer as start } from './testing/startTransfer.ts';
import { until } from './testing/until.ts';

const A = 'https://a.example';
const B = 'https://b.example';
const originOf = ({ url }: SeenRequest) => new URL(url).origin;

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.hosts = [A, B];
  world.config = { ...FAKE_CONFIG, hosts: 2 };
  world.install();
});
afterEach(() => vi.unstubAllGlobals());

const countAt = (origin: string) => world.requests.filter((request) => originOf(request) === origin).length;

describe('with two host names of a bucket', () => {
  it.each([
    ['parts', [1000]],
    ['small files', Array(60).fill(20)],
  ])('%s go six at a time to each', async (_, sizes) => {
    const busy = new Map<string, number>();
    const peaks = new Map<string, number>();
    world.answer = (request) => {
      const origin = originOf(request);
      busy.set(origin, (busy.get(origin) ?? 0) + 1);
      peaks.set(origin, Math.max(peaks.get(origin) ?? 0, busy.get(origin) as number));
      return { status: 200, headers: { etag: '"e"' }, held: true };
    };
    const transfer = start();
    const all = Promise.all(sizes.map((size) => transfer.add(file(size)).finished));
    let isDone = false;
    void all.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await vi.waitFor(() => expect(isDone || world.inFlight === 12 || world.inFlight > 0).toBe(true));
      await new Promise((resolve) => setTimeout(resolve, 20));
      busy.clear();
      world.letGo();
    }
    await all;
    expect(world.peak).toBe(12);
    expect(Object.fromEntries(peaks)).toEqual({ [A]: 6, [B]: 6 });
    expect(countAt(A) + countAt(B)).toBe(sizes.length === 1 ? 100 : 60);
  });

  it('begins with all twelve', async () => {
    world.answer = () => ({ status: 200, headers: { etag: '"e"' }, held: true });
    const upload = start().add(file(1000));
    await until(() => world.inFlight === 12);
    world.answer = () => undefined;
    world.letGo();
    await upload.finished;
  });

  it('takes the number of requests that is asked for as that of each host', async () => {
    world.answer = () => ({ status: 200, headers: { etag: '"e"' }, held: true });
    const transfer = start({ maxConcurrentRequests: 2 });
    const upload = transfer.add(file(1000));
    await until(() => world.inFlight === 4);
    transfer.setOptions({ maxConcurrentRequests: 3 });
    await until(() => world.inFlight === 6);
    world.answer = () => undefined;
    world.letGo();
    await upload.finished;
    expect(world.peak).toBe(6);
  });

  it.each([
    ['parts', 1000],
    ['a part', 105],
    ['a small file', 20],
  ])('%s reach the bucket although one of its hosts is dead', async (_, size) => {
    for (const dead of [A, B]) {
      world.answer = (request) => (originOf(request) === dead ? { status: 0, unreached: true } : undefined);
      await start().add(file(size)).finished;
    }
  });

  it.each([1, 2, 3])('a lone part has %i attempts at each host', async (attempts) => {
    const preferredPartSizeBytes = 1000;
    world.config = { ...world.config, multipart: { ...FAKE_CONFIG.multipart, preferredPartSizeBytes } };
    for (const dead of [A, B]) {
      world.answer = (request) => (originOf(request) === dead ? { status: 0, unreached: true } : undefined);
      await start({ retry: { ...quick, attempts } }).add(file(150)).finished;
    }
    expect(world.requests).toHaveLength(attempts + 2);
  });

  it('stops asking for a host that is dead', async () => {
    world.answer = (request) => (originOf(request) === A ? { status: 0, unreached: true } : undefined);
    const transfer = start();
    await Promise.all(Array.from({ length: 40 }, () => transfer.add(file(20)).finished));
    // those that were in flight when it was found out, and no later one
    const asked = countAt(A);
    expect(asked).toBeLessThanOrEqual(12);
    await transfer.add(file(1000)).finished;
    expect(countAt(A)).toBe(asked);
    expect(world.calls.filter(({ body }) => body?.avoid).map(({ body }) => body.avoid)).toContainEqual([A]);
  });

  it('goes on when the host in use dies on the way, and tells nobody of an outage', async () => {
    let alive = 20;
    const troubles: unknown[] = [];
    world.answer = (request) =>
      originOf(request) === B && --alive < 0 ? { status: 0, unreached: true } : undefined;
    const transfer = start({ onTrouble: (trouble) => troubles.push(trouble) });
    const upload = transfer.add(file(1000));
    await upload.finished;
    expect(troubles).toEqual([]);
    expect(countAt(B)).toBeLessThanOrEqual(32);
  });

  it('fails where both are dead, as with one', async () => {
    world.answer = () => ({ status: 0, unreached: true });
    await expect(start().add(file(20)).finished).rejects.toMatchObject({ code: expect.any(String) });
    expect(countAt(A)).toBeGreaterThan(0);
    expect(countAt(B)).toBeGreaterThan(0);
    expect(world.requests.length).toBeLessThanOrEqual(12);
  });
});

it('an endpoint that tells of one host hears of none to avoid', async () => {
  world.hosts = [A];
  world.config = FAKE_CONFIG;
  world.answer = (_, nth) => (nth < 3 ? { status: 0, unreached: true } : undefined);
  await start({ retry: { ...quick, attempts: 6 } }).add(file(1000)).finished;
  expect(world.calls.filter(({ body }) => body && 'avoid' in body)).toEqual([]);
  expect(world.peak).toBeLessThanOrEqual(6);
});
