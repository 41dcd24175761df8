import Uppy from '@uppy/core';
import { describe, expect, it } from 'vitest';
import type { UnfinishedUpload } from '../transfer/TransferOptions.ts';
import { describeNotReopened, describeUnfinished } from './describeUnfinished.ts';
import { ENGLISH } from './loadLocale.ts';
import { resumeUnfinished } from './resumeUnfinished.ts';
import type { WidgetBody, WidgetMeta } from './WidgetOptions.ts';

const left = (name: string, reopen?: () => Promise<File>): UnfinishedUpload => ({
  id: name,
  name,
  sizeBytes: 1,
  type: 'x/y',
  lastModified: 1,
  startedAt: 1,
  reopen,
});
const found = (name: string) => left(name, async () => new File(['x'], `${name} on disk`, { type: 'x/y' }));
const fails = (name: string, why: string) => left(name, () => Promise.reject(new DOMException('no', why)));

describe('resumeUnfinished', () => {
  it('asks for all at once, sends what comes, and tells what does not and why', async () => {
    const uppy = new Uppy<WidgetMeta, WidgetBody>();
    const sent: string[] = [];
    uppy.addUploader(async (ids) => {
      for (const id of ids) sent.push(uppy.getFile(id).name);
    });
    let asked = 0;
    const counted = (upload: UnfinishedUpload) => ({
      ...upload,
      reopen: () => {
        asked++;
        return upload.reopen?.() as Promise<File>;
      },
    });
    const outcome = resumeUnfinished(
      uppy,
      [found('a'), fails('b', 'NotAllowedError'), fails('c', 'NotFoundError'), found('d')].map(counted),
    );
    // within the click
    expect(asked).toBe(4);
    const failed = await outcome;
    await new Promise((resolve) => setTimeout(resolve));
    expect(sent.sort()).toEqual(['a', 'd']);
    expect(describeNotReopened(failed, ENGLISH.say, 'en')).toEqual([
      'The browser was not allowed to open b (1\u00a0byte): choose the file again.',
      'c (1\u00a0byte) was moved, changed or deleted: choose the file again.',
    ]);
  });

  it('does not wait for a question that nobody answers', async () => {
    const uppy = new Uppy<WidgetMeta, WidgetBody>();
    void resumeUnfinished(uppy, [left('open', () => new Promise(() => {})), found('a')]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(uppy.getFiles().map(({ name }) => name)).toEqual(['a']);
  });
});

describe('describeUnfinished', () => {
  const hint = (...uploads: UnfinishedUpload[]) => describeUnfinished(uploads, ENGLISH.say, 'en')[1];

  it('asks for files only where a click does not bring them back', () => {
    expect(hint(found('a'))).toBe('');
    expect(hint(left('a'))).toBe('Drop the same file again to go on where it stopped.');
    expect(hint(found('a'), left('b'))).toBe('Drop the other file again to go on with it.');
  });
});
