import Uppy, { type Body, type Meta } from '@uppy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Upload } from '../transfer/Upload.ts';
import { UploadControls } from './UploadControls.ts';
import type { UploadFailure } from './UploadFailure.ts';
import { UploadTable } from './UploadTable.ts';

const COUNT = 40;

/** Uploads each of which takes ten milliseconds to cancel. */
function start(begun: readonly number[]) {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const canceled: number[] = [];
  const host = {
    enqueue() {},
    dequeue(upload: Upload) {
      nowMs += 10;
      canceled.push(upload.order);
    },
    abandon: () => Promise.resolve(),
    stateChanged() {},
  };
  const uppy = new Uppy<Meta, Body>();
  const table = new UploadTable();
  const controls = new UploadControls(uppy, table, (error) => error as UploadFailure);
  controls.listen();
  for (let order = 0; order < COUNT; order++) {
    const data = new Blob([String(order)]);
    const upload = new Upload({ id: String(order), name: `${order}`, type: '', blob: data }, order, host);
    table.add(uppy.addFile({ name: `${order}.txt`, type: 'text/plain', data }), upload);
    if (begun.includes(order)) upload.apply('create');
  }
  return { uppy, controls, canceled, table };
}

describe('files that are removed all at once', () => {
  let turns = 0;
  beforeEach(() => {
    turns = 0;
    const wait = globalThis.setTimeout;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void) => {
      turns += 1;
      return wait(run);
    }) as typeof setTimeout);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('are canceled in slices: what is being sent before what waits, and that from its end', async () => {
    const { uppy, controls, canceled, table } = start([0, 1, 20]);
    uppy.cancelAll();
    expect(canceled).toEqual([0, 1, 2]);
    expect(table.size).toBe(0);
    await controls.canceled();
    const rest = Array.from({ length: COUNT }, (_, order) => order).filter(
      (order) => order > 2 && order !== 20,
    );
    expect(canceled).toEqual([0, 1, 2, 20, ...rest.reverse()]);
    expect(turns).toBeGreaterThan(COUNT / 3 - 3);
  });

  it('are canceled at once when they are few', () => {
    const { uppy, canceled } = start([]);
    const [first, second] = uppy.getFiles();
    uppy.removeFiles([first?.id ?? '', second?.id ?? '']);
    expect(canceled).toEqual([0, 1]);
  });
});
