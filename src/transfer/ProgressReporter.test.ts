import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressReporter } from './ProgressReporter.ts';
import { Upload, type UploadHost } from './Upload.ts';

const host: UploadHost = {
  enqueue() {},
  dequeue() {},
  abandon: () => Promise.resolve(),
  stateChanged() {},
};
const createUpload = (id: string) => new Upload({ id, name: id, type: '', blob: new Blob() }, 0, host);

describe('ProgressReporter', () => {
  let nowMs = 0;
  let costMs = 0;
  let reports: string[][] = [];
  const reporter = () =>
    new ProgressReporter((uploads) => {
      reports.push(uploads.map(({ source }) => source.id));
      // What is drawn in a microtask counts as well.
      queueMicrotask(() => {
        nowMs += costMs;
      });
    });

  beforeEach(() => {
    nowMs = 0;
    costMs = 0;
    reports = [];
    vi.useFakeTimers();
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('tells ten times a second what moved, each upload once', async () => {
    const one = reporter();
    const [a, b] = [createUpload('a'), createUpload('b')];
    for (const upload of [a, b, a]) one.note(upload);
    expect(reports).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(reports).toEqual([['a', 'b']]);
    one.note(b);
    await vi.advanceTimersByTimeAsync(100);
    expect(reports).toEqual([['a', 'b'], ['b']]);
  });

  it.each([
    [5, 100],
    [40, 400],
    [900, 1_000],
  ])('after one that has taken %i ms waits for %i ms', async (cost, waitMs) => {
    const one = reporter();
    costMs = cost;
    one.note(createUpload('a'));
    await vi.advanceTimersByTimeAsync(100);
    one.note(createUpload('b'));
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect(reports).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(reports).toEqual([['a'], ['b']]);
  });
});
