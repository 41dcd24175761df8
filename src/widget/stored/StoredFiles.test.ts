// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoredObject } from '../../protocol/messages.ts';
import { StoredFiles } from './StoredFiles.ts';

let endpoints = 0;
const newEndpoint = () => `http://site.test/stored/${endpoints++}`;
const object = (key: string, more: Partial<StoredObject> = {}): StoredObject => ({
  key,
  sizeBytes: 3,
  etag: 'e',
  type: 'image/png',
  receipt: `receipt of ${key}`,
  ...more,
});
const file = (name: string) => ({ name, data: new File(['abc'], name) });
const names = (list: StoredFiles) => list.files.map(({ name }) => name);
/** The list as the next page of this tab has it. */
const reloaded = async (endpoint: string): Promise<StoredFiles> => {
  vi.resetModules();
  const { StoredFiles: Anew } = await import('./StoredFiles.ts');
  const list = Anew.of(endpoint) as unknown as StoredFiles;
  list.keepForSession();
  return list;
};

describe('StoredFiles', () => {
  beforeEach(() => sessionStorage.clear());

  it('is one for an endpoint, however that is written', () => {
    expect(StoredFiles.of('/api/uploads')).toBe(StoredFiles.of(new URL('/api/uploads', location.href).href));
    expect(StoredFiles.of('/api/uploads')).not.toBe(StoredFiles.of('/api/others'));
  });

  it('has each file once, the newest first, and tells who listens', () => {
    const list = StoredFiles.of(newEndpoint());
    const listener = vi.fn();
    const stop = list.subscribe(listener);
    list.add(file('a.png'), object('a'));
    list.add(file('b.png'), object('b'));
    const before = list.files;
    list.add(file('a.png'), object('a'));
    expect(list.files).toBe(before);
    expect(names(list)).toEqual(['b.png', 'a.png']);
    expect(listener).toHaveBeenCalledTimes(2);
    // the key has another object by now, and the old receipt is good for nothing
    list.add(file('a2.png'), object('a', { receipt: 'of another' }));
    expect(names(list)).toEqual(['a2.png', 'b.png']);
    stop();
    list.forget('a');
    list.forget('unknown');
    expect(names(list)).toEqual(['b.png']);
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('keeps hold of the file itself only where that makes a picture', () => {
    const list = StoredFiles.of(newEndpoint());
    list.add(file('a.png'), object('a'));
    list.add(file('b.svg'), object('b', { type: 'image/svg+xml' }));
    list.add(file('c.mp4'), object('c', { type: 'video/mp4' }));
    list.add({ name: 'd.png', data: { size: null } }, object('d'));
    expect(list.files.map(({ local }) => local instanceof Blob)).toEqual([false, false, false, true]);
  });

  it('keeps nothing over a reload unless it is asked to', async () => {
    const endpoint = newEndpoint();
    StoredFiles.of(endpoint).add(file('a.png'), object('a'));
    expect(sessionStorage).toHaveLength(0);
    expect(names(await reloaded(endpoint))).toEqual([]);
  });

  it('keeps its files for the session, without their bytes and the site’s own data', async () => {
    const endpoint = newEndpoint();
    const list = StoredFiles.of(endpoint);
    list.add(file('a.png'), object('a', { data: { secret: 'of the site' } }));
    list.keepForSession();
    list.add({ name: 'b.png', data: new Blob(['abc']) }, object('b'));
    expect(list.files[0]?.local).toBeInstanceOf(Blob);
    await Promise.resolve();
    expect(sessionStorage.getItem(`bucketdrop:stored:${endpoint}`)).not.toMatch(/of the site|local/);
    expect(sessionStorage.getItem(`bucketdrop:stored:${endpoint}`)).toContain('b.png');
    const later = await reloaded(endpoint);
    expect(later.files).toEqual(list.files.map(({ local, ...rest }) => rest));
    later.forget('b');
    expect(names(await reloaded(endpoint))).toEqual(['a.png']);
    expect(names(await reloaded(newEndpoint()))).toEqual([]);
  });

  it.each(['{', '{"a":1}', '[{"id":1}]', 'null'])('starts anew where %s was kept', async (text) => {
    const endpoint = newEndpoint();
    sessionStorage.setItem(`bucketdrop:stored:${endpoint}`, text);
    const list = await reloaded(endpoint);
    expect(names(list)).toEqual([]);
    list.add(file('a.png'), object('a'));
    expect(names(await reloaded(endpoint))).toEqual(['a.png']);
  });

  it('lives as long as the page where the browser keeps nothing', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const list = StoredFiles.of(newEndpoint());
    list.keepForSession();
    list.add(file('a.png'), object('a'));
    expect(names(list)).toEqual(['a.png']);
  });
});
