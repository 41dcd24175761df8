// @vitest-environment happy-dom
import Uppy from '@uppy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScreenAwake } from './ScreenAwake.ts';

class FakeLock extends EventTarget {
  released = false;
  async release() {
    this.released = true;
    this.dispatchEvent(new Event('release'));
  }
}

describe('ScreenAwake', () => {
  let uppy: Uppy;
  let locks: FakeLock[];
  let visibility: DocumentVisibilityState;
  let finish: () => void;
  beforeEach(() => {
    locks = [];
    visibility = 'visible';
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
    const request = async () => {
      const lock = new FakeLock();
      locks.push(lock);
      return lock;
    };
    Object.defineProperty(navigator, 'wakeLock', { configurable: true, value: { request } });
    uppy = new Uppy({ logger: { debug: () => {}, warn: () => {}, error: () => {} } });
    uppy.addUploader(() => new Promise((resolve) => (finish = () => resolve(undefined))));
    uppy.addFile({ name: 'a.txt', data: new File(['a'], 'a.txt') });
  });
  afterEach(() => vi.restoreAllMocks());

  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  const held = () => locks.filter((lock) => !lock.released).length;
  const start = async () => {
    const awake = new ScreenAwake(uppy);
    awake.setWanted(true);
    void uppy.upload();
    await settled();
    return awake;
  };
  const see = (state: DocumentVisibilityState) => {
    visibility = state;
    document.dispatchEvent(new Event('visibilitychange'));
  };

  it('holds one lock while a file is sent, and none before and after', async () => {
    const awake = new ScreenAwake(uppy);
    awake.setWanted(true);
    await settled();
    expect(held()).toBe(0);
    void uppy.upload();
    await settled();
    expect(held()).toBe(1);
    finish();
    await settled();
    expect(held()).toBe(0);
    expect(locks).toHaveLength(1);
  });

  it.each([
    ['is paused', () => uppy.pauseAll()],
    ['is canceled', () => uppy.cancelAll()],
  ])('lets go when all %s', async (_, stop) => {
    uppy.setState({ capabilities: { ...uppy.getState().capabilities, resumableUploads: true } });
    uppy.setFileState(uppy.getFiles()[0]?.id ?? '', { progress: { uploadStarted: 1 } as never });
    await start();
    stop();
    await settled();
    expect(held()).toBe(0);
  });

  it('takes a lock anew when the page is seen again', async () => {
    await start();
    see('hidden');
    await locks[0]?.release();
    await settled();
    expect(held()).toBe(0);
    see('visible');
    await settled();
    expect(held()).toBe(1);
  });

  it('lets go when it is no longer wanted', async () => {
    const awake = await start();
    awake.setWanted(false);
    await settled();
    expect(held()).toBe(0);
  });

  it.each([
    ['does not know of it', () => Reflect.deleteProperty(navigator, 'wakeLock')],
    [
      'refuses it',
      () =>
        Object.defineProperty(navigator, 'wakeLock', {
          configurable: true,
          value: { request: () => Promise.reject(new DOMException('low battery', 'NotAllowedError')) },
        }),
    ],
  ])('does no harm where the browser %s', async (_, make) => {
    make();
    await start();
    expect(uppy.getFiles()[0]?.error).toBeFalsy();
    finish();
    await settled();
  });
});
