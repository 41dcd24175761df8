// biome-ignore-all lint/suspicious/noExplicitAny: messages are looked at as they go
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Hasher } from './checksum/Hasher.ts';
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

it('announces what is hashed by then, and has no other call sign it', async () => {
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: null, parts: 'crc32', announced: true } };
  const hashed = ['AAAA', 'BBBB'];
  vi.spyOn(Hasher.prototype, 'hash').mockImplementation(
    async () => hashed.shift() ?? new Promise((resolve) => setTimeout(() => resolve('CCCC'), 100)),
  );
  const transfer = new Transfer({ endpoint: '/api/uploads', journal: false });
  const blob = new Blob([new Uint8Array(105)]);
  await transfer.add({ id: 'f', name: 'n', type: 'x/y', blob }).finished;
  transfer.destroy();
  const [begun, ...signed] = world.calls.filter(({ call }) => call === 'uploads' || call === 'parts');
  expect(begun?.body.files[0].firstChecksums).toEqual(['AAAA', 'BBBB']);
  const parts = signed.flatMap(({ body }) => body.uploads[0].parts.map((part: any) => part.partNumber));
  expect(parts.sort((a: number, b: number) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const told = world.calls.find(({ call }) => call === 'complete')?.body.uploads[0].parts;
  expect(told.map((part: any) => part.checksum)).toEqual(['AAAA', 'BBBB', ...Array(9).fill('CCCC')]);
});

it('announces no checksums to an endpoint that did not say that it takes them', async () => {
  world.config = { ...FAKE_CONFIG, checksums: { singleRequest: null, parts: 'crc32' } };
  const transfer = new Transfer({ endpoint: '/api/uploads', journal: false });
  await transfer.add({ id: 'f', name: 'n', type: 'x/y', blob: new Blob([new Uint8Array(105)]) }).finished;
  transfer.destroy();
  expect(world.calls.find(({ call }) => call === 'uploads')?.body.files[0]).not.toHaveProperty(
    'firstChecksums',
  );
});
