import { describe, expect, it, vi } from 'vitest';
import { Lanes } from './Lanes.ts';
import { Preparation } from './Preparation.ts';
import type { UploadPlan } from './planUpload.ts';
import { Upload, type UploadHost } from './Upload.ts';
import { UploadQueue } from './UploadQueue.ts';
import type { MultipartSession } from './UploadSession.ts';

const tick = () => new Promise((resolve) => setTimeout(resolve));
const host: UploadHost = {
  enqueue() {},
  dequeue() {},
  abandon: () => Promise.resolve(),
  stateChanged() {},
};

/** What would be sent is only noted, and over when the test says so. */
function start() {
  const queue = new UploadQueue();
  const active = new Map<Upload, unknown>();
  const started: Upload[] = [];
  const onLast = vi.fn();
  const world = {
    partSizeBytes: 10,
    planner: async (_kind: string | undefined): Promise<(sizeBytes: number) => UploadPlan> => plan,
  };
  const plan = (): UploadPlan => ({
    kind: 'multipart',
    partSizeBytes: world.partSizeBytes,
    checksum: null,
    isTold: false,
  });
  const preparation = new Preparation({
    queue,
    active,
    lanes: new Lanes(6),
    planner: (kind) => world.planner(kind),
    start: (upload) => {
      started.push(upload);
      active.set(upload, undefined);
    },
    onLast,
  });
  let order = 0;
  const add = (sizeBytes: number) => {
    const blob = new Blob([new Uint8Array(sizeBytes)]);
    const upload = new Upload({ id: String(order), name: 'a', type: '', blob }, order++, host);
    queue.add(upload);
    return upload;
  };
  return { queue, active, started, onLast, world, preparation, add };
}
const partSizeOf = ({ plan }: Upload) => (plan?.kind === 'multipart' ? plan.partSizeBytes : undefined);

describe('Preparation', () => {
  it('starts so many files that a hundred requests or more are prepared, and the next ones once few wait', async () => {
    const { started, preparation, add } = start();
    const [a, b, c] = [add(600), add(600), add(600)];
    preparation.poke();
    await tick();
    expect(started).toEqual([a, b]);
    preparation.poke();
    await tick();
    expect(started).toHaveLength(2);
    (a as Upload).waitingRequests = 0;
    (b as Upload).waitingRequests = 30;
    preparation.poke();
    await tick();
    expect(started).toEqual([a, b, c]);
  });

  it('tells once that the last request is on its way, and again after more were added', async () => {
    const { onLast, preparation, add } = start();
    for (const round of [1, 2]) {
      const upload = add(600);
      preparation.poke();
      await tick();
      upload.waitingRequests = 1;
      preparation.poke();
      await tick();
      expect(onLast).toHaveBeenCalledTimes(round - 1);
      upload.waitingRequests = 0;
      for (let pokes = 0; pokes < 3; pokes++) {
        preparation.poke();
        await tick();
      }
      expect(onLast).toHaveBeenCalledTimes(round);
    }
  });

  it('plans a file again when its turn comes: by then the line is known', async () => {
    const { active, started, world, preparation, add } = start();
    const [a, b] = [add(2_000), add(2_000)];
    preparation.poke();
    await tick();
    world.partSizeBytes = 50;
    active.clear();
    preparation.poke();
    await tick();
    expect(started).toEqual([a, b]);
    expect([a, b].map((upload) => partSizeOf(upload as Upload))).toEqual([10, 50]);
    expect(b?.waitingRequests).toBe(40);
  });

  it('leaves the plan of a file alone that has begun in the bucket', async () => {
    const { active, world, preparation, add } = start();
    add(2_000);
    const begun = add(2_000);
    preparation.poke();
    await tick();
    begun.session = { kind: 'multipart' } as MultipartSession;
    world.partSizeBytes = 50;
    active.clear();
    preparation.poke();
    await tick();
    expect(partSizeOf(begun)).toBe(10);
  });

  it('lets the page have its turn between files whose start takes long', async () => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const { started, preparation, add } = start();
    const push = started.push.bind(started);
    started.push = (upload) => {
      nowMs += 10;
      return push(upload);
    };
    for (let count = 0; count < 20; count++) add(10);
    const seen: number[] = [];
    preparation.poke();
    while (started.length < 20) {
      await tick();
      seen.push(started.length);
    }
    clock.mockRestore();
    expect(seen[0]).toBeLessThanOrEqual(6);
    expect(started.map(({ order }) => order)).toEqual([...Array(20).keys()]);
  });

  it('fails all that wait for a config that cannot be had', async () => {
    const { started, world, preparation, add } = start();
    const uploads = [add(600), add(600)];
    world.planner = () => Promise.reject(new Error('no config'));
    preparation.poke();
    for (const upload of uploads) await expect(upload.finished).rejects.toThrow();
    expect(started).toEqual([]);
  });
});
