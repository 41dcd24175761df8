import type { Body, Meta } from '@uppy/core';
import { describe, expect, it, vi } from 'vitest';
import { CrowdUppy } from './CrowdUppy.ts';

const manyFiles = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `file ${index}.txt`,
    type: 'text/plain',
    data: new File([String(index)], `file ${index}.txt`),
  }));

type ManyFile = ReturnType<typeof manyFiles>[number];

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

  it('is refused as a whole where it is too much', async () => {
    const { uppy } = createUppy({ restrictions: { maxNumberOfFiles: 349 } });
    const refused = vi.fn();
    uppy.on('restriction-failed', refused);
    uppy.addFiles(manyFiles(350));
    // on a busy machine, the last slice may be another one
    await vi.waitFor(() => expect(refused).toHaveBeenCalled());
    expect(uppy.getFiles()).toHaveLength(0);
  });

  it('takes files along whose size nobody knows', async () => {
    const { uppy } = createUppy();
    const far = manyFiles(350).map((file) => ({ ...file, isRemote: true as const, data: { size: null } }));
    uppy.addFiles(far as unknown as ManyFile[]);
    await vi.waitFor(() => expect(uppy.getFiles()).toHaveLength(350));
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

/** A table that counts how often it is gone through as a whole, as a copy does. */
function countWalks(uppy: ReturnType<typeof createUppy>['uppy']) {
  const walks = { count: 0 };
  const files = new Proxy(uppy.getState().files, {
    ownKeys: (table) => {
      walks.count += 1;
      return Reflect.ownKeys(table);
    },
  });
  uppy.setState({ files });
  return walks;
}

describe('the table of files', () => {
  it('is not copied for each file that is added', () => {
    const { uppy } = createUppy();
    uppy.addFiles(manyFiles(10));
    const walks = countWalks(uppy);
    const copied: number[] = [];
    Object.defineProperty(uppy.opts.restrictions, 'allowedFileTypes', {
      // core reads it for each file, and copies what it sees then
      get: () => {
        copied.push(Object.keys(uppy.getState().files).length);
        return null;
      },
    });
    uppy.addFiles(manyFiles(210).slice(10));
    expect(copied.length).toBeGreaterThanOrEqual(200);
    expect(Math.max(...copied)).toBe(0);
    expect(uppy.getFiles()).toHaveLength(210);
    expect(walks.count).toBeLessThan(5);
    expect(Object.getOwnPropertySymbols(uppy.getState().files)).toEqual([]);
  });

  it('is written once for each slice of a drop', async () => {
    const { uppy } = createUppy();
    let writes = 0;
    uppy.on('state-update', (before, now) => {
      if (before.files !== now.files) writes += 1;
    });
    uppy.addFiles(manyFiles(2_000));
    await vi.waitFor(() => expect(uppy.getFiles()).toHaveLength(2_000), 5_000);
    // Slow machines get more slices of fewer files.
    expect(writes).toBeGreaterThanOrEqual(8);
    expect(writes).toBeLessThan(200);
  });

  it('is complete for whoever decides on a file', () => {
    const given: number[] = [];
    const inList: number[] = [];
    const { uppy } = createUppy({
      onBeforeFileAdded: (file, files) => {
        given.push(Object.values(files).length);
        inList.push(uppy.getFiles().length);
        return !Object.hasOwn(files, file.id);
      },
    });
    const [a, b, c, d] = manyFiles(4) as [ManyFile, ManyFile, ManyFile, ManyFile];
    uppy.addFiles([a, b]);
    uppy.addFiles([c, c]);
    uppy.addFile(d);
    expect(given).toEqual([0, 1, 2, 3, 3]);
    expect(inList).toEqual([0, 0, 2, 2, 3]);
    expect(uppy.getFiles().map(({ name }) => name)).toEqual([a, b, c, d].map(({ name }) => name));
  });

  it('is complete for whoever hears of a refusal or of what was added', () => {
    const { uppy } = createUppy({ restrictions: { allowedFileTypes: ['text/*'] } });
    const seen: number[] = [];
    uppy.addFiles(manyFiles(2));
    uppy.on('restriction-failed', () => seen.push(uppy.getFiles().length));
    uppy.on('file-added', () => seen.push(uppy.getFiles().length));
    uppy.on('state-update', () => seen.push(uppy.getFiles().length));
    const wrong = { name: 'wrong.png', type: 'image/png', data: new File(['x'], 'wrong.png') };
    uppy.addFiles([...manyFiles(4).slice(2), wrong]);
    expect(seen).toContain(4);
    expect(seen.every((count) => count === 2 || count === 4)).toBe(true);
  });

  it('keeps what somebody does to it while files are added', () => {
    const { uppy } = createUppy({
      onBeforeFileAdded: ({ name }) => {
        if (name === 'file 2.txt') uppy.addFile({ name: 'other.txt', type: 'text/plain', data: new Blob() });
        return true;
      },
    });
    uppy.addFiles(manyFiles(2));
    uppy.addFiles(manyFiles(4).slice(2));
    expect(
      uppy
        .getFiles()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['file 0.txt', 'file 1.txt', 'file 2.txt', 'file 3.txt', 'other.txt']);
  });
});

describe('limits to all files together', () => {
  it.each([
    ['their number', { maxNumberOfFiles: 3 }],
    ['their size', { maxTotalFileSize: 3 }],
  ])('count what is in the list: %s', (_, restrictions) => {
    const { uppy } = createUppy({ restrictions });
    uppy.addFiles(manyFiles(2));
    uppy.addFiles(manyFiles(4).slice(2));
    expect(uppy.getFiles()).toHaveLength(2);
    expect(() => uppy.addFile(manyFiles(3)[2] as ManyFile)).not.toThrow();
    expect(() => uppy.addFile(manyFiles(4)[3] as ManyFile)).toThrow(/3/);
    expect(uppy.getFiles()).toHaveLength(3);
  });

  it('hold for a second drop that comes while the first is added', async () => {
    const { uppy } = createUppy({ restrictions: { maxNumberOfFiles: 360 } });
    const all = manyFiles(600);
    uppy.addFiles(all.slice(0, 350));
    uppy.addFiles(all.slice(350));
    await uppy.upload();
    expect(uppy.getFiles().length).toBeLessThanOrEqual(360);
  });

  it('let a drop in whose files are refused but for a few', () => {
    const { uppy } = createUppy({
      restrictions: { maxNumberOfFiles: 20, allowedFileTypes: ['text/*'] },
    });
    const files = manyFiles(350).map((file, index) => ({
      ...file,
      type: index < 5 ? file.type : 'image/png',
    }));
    uppy.addFiles(files);
    expect(uppy.getFiles()).toHaveLength(5);
  });
});

it('sorts the files by their state once for all who ask', () => {
  const { uppy } = createUppy();
  uppy.addFiles(manyFiles(5));
  const sorted = uppy.getObjectOfFilesPerState();
  expect(sorted.newFiles).toHaveLength(5);
  expect(uppy.getObjectOfFilesPerState()).toBe(sorted);
  uppy.removeFile(uppy.getFiles()[0]?.id ?? '');
  expect(uppy.getObjectOfFilesPerState().newFiles).toHaveLength(4);
  uppy.setState({ error: 'of all' });
  uppy.setState({ totalProgress: 100 });
  expect(uppy.getObjectOfFilesPerState().isAllComplete).toBe(false);
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
