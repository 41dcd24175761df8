// @vitest-environment happy-dom
import Uppy from '@uppy/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LeaveGuard } from './LeaveGuard.ts';

describe('LeaveGuard', () => {
  let uppy: Uppy;
  let finish: () => void;
  beforeEach(() => {
    uppy = new Uppy({ logger: { debug: () => {}, warn: () => {}, error: () => {} } });
    uppy.addUploader(() => new Promise((resolve) => (finish = () => resolve(undefined))));
  });
  const asks = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  const begin = () => {
    uppy.addFile({ name: 'a.txt', data: new File(['a'], 'a.txt') });
    expect(asks()).toBe(false);
    void uppy.upload();
  };

  it.each([
    ['is done', () => finish()],
    ['is canceled', () => uppy.cancelAll()],
    [
      'has failed',
      () => {
        uppy.emit('upload-error', uppy.getFiles()[0], { name: 'x', message: 'x' });
        finish();
      },
    ],
  ])('asks while a file is on its way, and no more when it %s', async (_, end) => {
    const guard = new LeaveGuard(uppy, true);
    begin();
    await vi.waitFor(() => expect(asks()).toBe(true));
    end();
    await vi.waitFor(() => expect(asks()).toBe(false));
    guard.destroy();
  });

  it('asks only where it is wanted, and leaves nothing behind', async () => {
    const guard = new LeaveGuard(uppy, false);
    begin();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asks()).toBe(false);
    guard.setWanted(true);
    expect(asks()).toBe(true);
    guard.destroy();
    expect(asks()).toBe(false);
  });
});
