import type { Body, Meta } from '@uppy/core';
import { describe, expect, it, vi } from 'vitest';
import { CrowdUppy } from './CrowdUppy.ts';

const manyFiles = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `file ${index}.txt`,
    type: 'text/plain',
    data: new File([String(index)], `file ${index}.txt`),
  }));

function createUppy(options: ConstructorParameters<typeof CrowdUppy>[0] = {}) {
  const uppy = new CrowdUppy<Meta, Body>(options);
  const sent: string[][] = [];
  uppy.addUploader(async (ids) => {
    sent.push(ids);
  });
  return { uppy, sent };
}

describe('a large drop', () => {
  it('is added in slices, and the page gets its turn between them', async () => {
    const { uppy } = createUppy();
    uppy.addFiles(manyFiles(350));
    expect(uppy.getFiles()).toHaveLength(250);
    await vi.waitFor(() => expect(uppy.getFiles()).toHaveLength(350));
    expect(uppy.getFiles().map(({ name }) => name)).toEqual(manyFiles(350).map(({ name }) => name));
  });

  it('is uploaded as a whole, whenever the upload is asked for', async () => {
    const { uppy, sent } = createUppy();
    uppy.addFiles(manyFiles(350));
    await uppy.upload();
    expect(sent.map((ids) => ids.length)).toEqual([350]);
  });

  it('takes a second drop along that comes meanwhile', async () => {
    const { uppy, sent } = createUppy();
    const all = manyFiles(360);
    uppy.addFiles(all.slice(0, 350));
    uppy.addFiles(all.slice(350));
    await uppy.upload();
    expect(sent.map((ids) => ids.length)).toEqual([360]);
  });

  it('starts by itself once, with all files', async () => {
    const { uppy, sent } = createUppy({ autoProceed: true });
    uppy.addFiles(manyFiles(350));
    await vi.waitFor(() => expect(sent.map((ids) => ids.length)).toEqual([350]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sent).toHaveLength(1);
    expect(uppy.opts.autoProceed).toBe(true);
  });

  it('starts by itself also when that is wished for while it is added', async () => {
    const { uppy, sent } = createUppy();
    uppy.addFiles(manyFiles(350));
    uppy.setOptions({ autoProceed: true });
    await vi.waitFor(() => expect(sent.map((ids) => ids.length)).toEqual([350]));
    expect(uppy.opts.autoProceed).toBe(true);
  });

  it('is refused as a whole where it is too much', () => {
    const { uppy } = createUppy({ restrictions: { maxNumberOfFiles: 349 } });
    const refused = vi.fn();
    uppy.on('restriction-failed', refused);
    uppy.addFiles(manyFiles(350));
    expect(uppy.getFiles()).toHaveLength(0);
    expect(refused).toHaveBeenCalled();
  });

  it('goes on after a slice that core threw out', async () => {
    const { uppy } = createUppy({
      onBeforeFileAdded: (file) => {
        if (file.name === 'file 150.txt') throw new Error('broken hook');
        return true;
      },
    });
    uppy.addFiles(manyFiles(350));
    await vi.waitFor(() => expect(uppy.getFiles()).toHaveLength(100));
  });
});

describe('a batch', () => {
  it('writes many changes with one copy of the table, seen by the page at its end', () => {
    const { uppy } = createUppy();
    uppy.addFiles(manyFiles(50));
    const before = uppy.getState().files;
    const ids = Object.keys(before);
    let writes = 0;
    uppy.on('state-update', () => {
      writes += 1;
    });
    uppy.batch(() => {
      for (const id of ids) {
        uppy.setFileState(id, { uploadURL: `of ${id}` });
        expect(uppy.getFile(id).uploadURL).toBe(`of ${id}`);
      }
    });
    expect(writes).toBe(1);
    expect(Object.values(before).every(({ uploadURL }) => uploadURL === undefined)).toBe(true);
    expect(uppy.getState().files).not.toBe(before);
    expect(uppy.getFiles().map(({ uploadURL }) => uploadURL)).toEqual(ids.map((id) => `of ${id}`));
  });

  it('keeps what else happens to the table within it', () => {
    const { uppy } = createUppy();
    uppy.addFiles(manyFiles(3));
    const [first = '', second = '', third = ''] = uppy.getFiles().map(({ id }) => id);
    uppy.batch(() => {
      uppy.setFileState(first, { uploadURL: 'one' });
      uppy.removeFile(second);
      uppy.setFileState(third, { uploadURL: 'three' });
    });
    expect(uppy.getFiles().map(({ uploadURL }) => uploadURL)).toEqual(['one', 'three']);
  });

  it('ends also when what runs in it throws', () => {
    const { uppy } = createUppy();
    uppy.addFiles(manyFiles(1));
    const [id = ''] = uppy.getFiles().map((file) => file.id);
    expect(() =>
      uppy.batch(() => {
        throw new Error('ours');
      }),
    ).toThrow('ours');
    const before = uppy.getState().files;
    uppy.setFileState(id, { uploadURL: 'later' });
    expect(uppy.getState().files).not.toBe(before);
  });
});
