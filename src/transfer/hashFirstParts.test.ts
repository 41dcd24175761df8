// biome-ignore-all lint/suspicious/noExplicitAny: messages are looked at as they go
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Hasher } from './checksum/Hasher.ts';
import { Deferred } from './Deferred.ts';
import { Transfer } from './Transfer.ts';
import { FAKE_CONFIG, FakeWorld } from './testing/FakeWorld.ts';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.install();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('hashes one part for each lane while the endpoint is asked for the upload, and none of them twice', async () => {
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: null, parts: 'crc32' } };
  const hash = vi.spyOn(Hasher.prototype, 'hash');
  const asked: number[] = [];
  world.endpoint = (call) => {
    if (call === 'uploads') asked.push(hash.mock.calls.length);
    return undefined;
  };
  const transfer = new Transfer({ endpoint: '/api/uploads', journal: false });
  const blob = new Blob([new Uint8Array(205)]);
  await transfer.add({ id: 'f', name: 'n', type: 'x/y', blob }).finished;
  transfer.destroy();
  expect(asked).toEqual([6]);
  expect(hash).toHaveBeenCalledTimes(21);
});

it('signs and sends parts before they are hashed where the store tells what it got, and completes by their checksums', async () => {
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: null, parts: 'crc32', partsTold: true } };
  const begun = new Deferred<void>();
  vi.spyOn(Hasher.prototype, 'hash').mockImplementation(() => begun.promise.then(() => 'AAAA'));
  const transfer = new Transfer({ endpoint: '/api/uploads', journal: false });
  const blob = new Blob([new Uint8Array(505)]);
  const { finished } = transfer.add({ id: 'f', name: 'n', type: 'x/y', blob });
  await vi.waitFor(() => expect(world.requests).toHaveLength(51));
  expect(world.count('complete')).toBe(0);
  begun.resolve();
  await finished;
  transfer.destroy();
  // the first ones with the announcement, the others together
  const signed = world.calls.filter(({ call }) => call === 'parts');
  expect(signed.map(({ body }) => body.uploads[0].parts.length)).toEqual([27]);
  expect(signed[0]?.body.uploads[0].parts[0]).toEqual({ partNumber: 25 });
  const told = world.calls.find(({ call }) => call === 'complete')?.body.uploads[0].parts;
  expect(told.map((part: any) => part.checksum)).toEqual(Array(51).fill('AAAA'));
});

it('announces small files together when the last that is being hashed is', async () => {
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: 'md5', parts: null } };
  const delays = [0, 20, 10];
  vi.spyOn(Hasher.prototype, 'hash').mockImplementation(
    () => new Promise((resolve) => setTimeout(() => resolve('AAAA'), delays.shift())),
  );
  const transfer = new Transfer({ endpoint: '/api/uploads', journal: false });
  const blob = new Blob([new Uint8Array(5)]);
  const uploads = ['a', 'b', 'c'].map((id) => transfer.add({ id, name: id, type: 'x/y', blob }));
  await Promise.all(uploads.map((upload) => upload.finished));
  transfer.destroy();
  expect(world.calls.filter(({ call }) => call === 'uploads').map(({ body }) => body.files.length)).toEqual([
    3,
  ]);
});

it('sends a part again that is found to have arrived as something else when it is hashed after all were sent', async () => {
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: null, parts: 'crc32', partsTold: true } };
  const begun = new Deferred<void>();
  vi.spyOn(Hasher.prototype, 'hash').mockImplementation(() => begun.promise.then(() => 'AAAA'));
  let damaged = 1;
  world.answer = ({ url }) => {
    const told = url.includes('partNumber=3&') && damaged-- > 0 ? 'BBBB' : 'AAAA';
    return { status: 200, headers: { etag: '"e"', 'x-amz-checksum-crc32': told } };
  };
  const transfer = new Transfer({ endpoint: '/api/uploads', journal: false });
  const blob = new Blob([new Uint8Array(105)]);
  const upload = transfer.add({ id: 'f', name: 'n', type: 'x/y', blob });
  await vi.waitFor(() => expect(world.requests).toHaveLength(11));
  expect(upload.sentBytes).toBe(105);
  begun.resolve();
  await upload.finished;
  transfer.destroy();
  expect(world.requests).toHaveLength(12);
  expect(world.requests.at(-1)?.url).toContain('partNumber=3&');
  expect(upload.sentBytes).toBe(105);
  expect(world.count('complete')).toBe(1);
});

it('is finished once by the run that goes on, where it was paused and resumed while the last parts were being hashed', async () => {
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: null, parts: 'crc32', partsTold: true } };
  const begun = new Deferred<void>();
  vi.spyOn(Hasher.prototype, 'hash').mockImplementation(() => begun.promise.then(() => 'AAAA'));
  const transfer = new Transfer({ endpoint: '/api/uploads', journal: false });
  const blob = new Blob([new Uint8Array(105)]);
  const upload = transfer.add({ id: 'f', name: 'n', type: 'x/y', blob });
  await vi.waitFor(() => expect(upload.sentBytes).toBe(105));
  await new Promise((resolve) => setTimeout(resolve, 20));
  upload.pause();
  upload.resume();
  await vi.waitFor(() => expect(upload.state).toBe('sending'));
  begun.resolve();
  await upload.finished;
  transfer.destroy();
  expect(world.requests).toHaveLength(11);
  expect(world.count('complete')).toBe(1);
});
