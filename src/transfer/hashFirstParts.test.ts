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
