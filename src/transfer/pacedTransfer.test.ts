import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FAKE_CONFIG, FakeWorld } from './testing/FakeWorld.ts';
import { fakeFile as file } from './testing/fakeFile.ts';
import { startTransfer as start } from './testing/startTransfer.ts';
import { until } from './testing/until.ts';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.install();
});
afterEach(() => vi.unstubAllGlobals());

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** One byte in so long that a test is over before. */
const HARDLY = 1e-6;

describe('a pace', () => {
  it('that is none is refused, and changes nothing', async () => {
    expect(() => start({ maxBytesPerSecond: -1 })).toThrow(TypeError);
    const transfer = start();
    const bad = { maxBytesPerSecond: Number.NaN, endpoint: '/elsewhere' };
    expect(() => transfer.setOptions(bad)).toThrow(TypeError);
    await transfer.add(file(42)).finished;
    expect(world.requests).toHaveLength(1);
  });

  it('lets the first request go, and pausing one that waits works at once', async () => {
    const transfer = start({ maxBytesPerSecond: HARDLY });
    const upload = transfer.add(file(205));
    await until(() => world.requests.length === 1 && world.inFlight === 0);
    await rest(20);
    upload.pause();
    expect(upload.state).toBe('paused');
    transfer.setOptions({ maxBytesPerSecond: undefined });
    await rest(20);
    expect(world.requests).toHaveLength(1);
    upload.resume();
    await upload.finished;
    // no part was sent twice
    expect(world.requests).toHaveLength(21);
  });

  it('that is lifted lets all go that wait', async () => {
    const transfer = start({ maxBytesPerSecond: HARDLY });
    const uploads = [file(205), file(42), file(43)].map((one) => transfer.add(one));
    await until(() => world.requests.length === 1 && world.inFlight === 0);
    transfer.setOptions({ maxBytesPerSecond: undefined });
    await Promise.all(uploads.map((upload) => upload.finished));
    // the two small ones in five parts each
    expect(world.requests).toHaveLength(31);
  });

  it('that is set holds those back that wait for a lane', async () => {
    world.answer = () => ({ status: 201, headers: { etag: '"e"' }, held: true });
    const transfer = start({ maxConcurrentRequests: 2 });
    const uploads = Array.from({ length: 20 }, () => transfer.add(file(50)));
    await until(() => world.inFlight === 2);
    transfer.setOptions({ maxBytesPerSecond: HARDLY });
    world.letGo();
    await until(() => world.inFlight === 0);
    await rest(20);
    // Those two were let go by the old pace, and the new one lets one begin.
    expect(world.requests.length).toBeLessThanOrEqual(3);
    world.answer = () => undefined;
    transfer.setOptions({ maxBytesPerSecond: Number.POSITIVE_INFINITY });
    world.letGo();
    await Promise.all(uploads.map((upload) => upload.finished));
    expect(world.requests).toHaveLength(20);
  });

  it('holds no signature that has grown old meanwhile', async () => {
    world.expiresInSeconds = 0.05;
    const transfer = start({ maxBytesPerSecond: HARDLY });
    const uploads = [transfer.add(file(8)), transfer.add(file(9))];
    await until(() => world.requests.length === 1 && world.inFlight === 0);
    const signed = world.count('parts');
    await rest(100);
    transfer.setOptions({ maxBytesPerSecond: undefined });
    await Promise.all(uploads.map((upload) => upload.finished));
    expect(world.requests).toHaveLength(2);
    expect(world.count('parts')).toBeGreaterThan(signed);
  });

  it('waits for nobody where the bucket is given up', async () => {
    world.answer = (_, nth) => (nth === 1 ? undefined : { status: 0 });
    const transfer = start({ maxBytesPerSecond: 1e6 });
    const uploads = Array.from({ length: 10 }, () => transfer.add(file(50)));
    const ends = await Promise.allSettled(uploads.map((upload) => upload.finished));
    expect(ends.filter((end) => end.status === 'rejected')).toHaveLength(9);
  });

  it('decides over what was not begun, and never over a part size that is begun', async () => {
    world.config = {
      ...FAKE_CONFIG,
      multipart: { ...FAKE_CONFIG.multipart, preferredPartSizeBytes: null },
    };
    world.answer = () => ({ status: 200, headers: { etag: '"e"' }, held: true });
    const transfer = start({ maxConcurrentRequests: 2 });
    const begun = transfer.add(file(205));
    await until(() => world.inFlight > 0);
    const partSizes = () =>
      world.calls.filter((one) => one.call === 'uploads').map((one) => one.body.files[0].partSizeBytes);
    const [large] = partSizes();
    expect(large).toBeGreaterThan(10);
    transfer.setOptions({ polite: true });
    const later = transfer.add(file(99));
    const letGo = setInterval(() => world.letGo());
    await Promise.all([begun.finished, later.finished]);
    clearInterval(letGo);
    // What one request would take goes in parts as well.
    expect([partSizes(), later.isMultipart]).toEqual([[large, 10], true]);
  });

  it('counts for files that were planned before it was set', async () => {
    world.answer = () => ({ status: 201, headers: { etag: '"e"' }, held: true });
    const transfer = start();
    const uploads = Array.from({ length: 120 }, () => transfer.add(file(25)));
    await until(() => world.inFlight > 0);
    // a hundred were prepared, the others planned
    expect(uploads.at(-1)?.isMultipart).toBe(false);
    transfer.setOptions({ polite: true });
    world.answer = () => undefined;
    world.letGo();
    await Promise.all(uploads.map((upload) => upload.finished));
    expect(uploads.filter((upload) => upload.isMultipart)).toHaveLength(20);
  });

  it('of the polite kind sends one request at a time, over all files', async () => {
    const transfer = start({ polite: true });
    const uploads = [file(105), file(42), file(55), file(3)].map((one) => transfer.add(one));
    await Promise.all(uploads.map((upload) => upload.finished));
    expect(world.peak).toBe(1);
  });
});
