import Uppy from '@uppy/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DuplicateGuard, haveSameContent } from './DuplicateGuard.ts';
import type { WidgetBody, WidgetMeta } from './WidgetOptions.ts';

const MIB = 1024 * 1024;
const file = (content: BlobPart, name = 'letter.txt') =>
  new File([content], name, { type: 'text/plain', lastModified: 5 });
const settled = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('DuplicateGuard', () => {
  let uppy: Uppy<WidgetMeta, WidgetBody>;
  const onDuplicates = vi.fn();

  beforeEach(() => {
    onDuplicates.mockReset();
    const guard = new DuplicateGuard<WidgetMeta, WidgetBody>(onDuplicates);
    uppy = new Uppy<WidgetMeta, WidgetBody>({
      logger: { debug: () => {}, warn: () => {}, error: () => {} },
      onBeforeFileAdded: (added, files) => guard.check(uppy, added, files),
    });
  });
  const drop = (...files: File[]) =>
    uppy.addFiles(files.map((data) => ({ name: data.name, type: data.type, data, meta: { from: 'drop' } })));

  it('refuses the very same file with one message for the whole drop, and no toast of core', async () => {
    drop(file('aaaa', 'a.txt'), file('bbbb', 'b.txt'));
    drop(file('aaaa', 'a.txt'), file('bbbb', 'b.txt'), file('cccc', 'c.txt'));
    await settled();
    expect(uppy.getFiles().map(({ name }) => name)).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(onDuplicates.mock.calls).toEqual([[['a.txt', 'b.txt']]]);
    expect(uppy.getState().info).toEqual([]);
  });

  it('takes a different file that looks the same from outside', async () => {
    drop(file('aaaa'), file('bbbb'));
    await settled();
    drop(file('cccc'));
    await settled();
    const files = uppy.getFiles();
    expect(files.map(({ name }) => name)).toEqual(['letter.txt', 'letter.txt', 'letter.txt']);
    expect(new Set(files.map(({ id }) => id)).size).toBe(3);
    expect(await Promise.all(files.map(({ data }) => (data as File).text()))).toEqual([
      'aaaa',
      'bbbb',
      'cccc',
    ]);
    expect(files.every(({ meta }) => meta.from === 'drop')).toBe(true);
    expect(onDuplicates).not.toHaveBeenCalled();
  });

  it('takes a file again after it was removed', async () => {
    drop(file('aaaa'));
    uppy.removeFile(uppy.getFiles()[0]?.id ?? '');
    drop(file('aaaa'));
    await settled();
    expect(uppy.getFiles()).toHaveLength(1);
    expect(onDuplicates).not.toHaveBeenCalled();
  });
});

describe('haveSameContent', () => {
  const large = (at?: number) => {
    const bytes = new Uint8Array(2 * MIB);
    if (at !== undefined) bytes[at] = 1;
    return new Blob([bytes]);
  };

  it('tells files apart by their beginning, middle and end', async () => {
    expect(await haveSameContent(large(), large())).toBe(true);
    for (const at of [0, MIB, 2 * MIB - 1]) expect(await haveSameContent(large(), large(at))).toBe(false);
  });

  it('knows empty and short files, and different sizes', async () => {
    expect(await haveSameContent(new Blob([]), new Blob([]))).toBe(true);
    expect(await haveSameContent(new Blob(['a']), new Blob(['a']))).toBe(true);
    expect(await haveSameContent(new Blob(['a']), new Blob(['b']))).toBe(false);
    expect(await haveSameContent(new Blob(['a']), new Blob(['ab']))).toBe(false);
  });

  it('takes a file that cannot be read any more for another one', async () => {
    const gone = { size: 1, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) };
    expect(await haveSameContent(new Blob(['a']), gone as unknown as Blob)).toBe(false);
  });
});
