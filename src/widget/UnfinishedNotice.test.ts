// @vitest-environment happy-dom
import Uppy, { BasePlugin, type Body, type Meta } from '@uppy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UnfinishedUpload } from '../transfer/TransferOptions.ts';
import { ENGLISH, loadLocale } from './loadLocale.ts';
import { UnfinishedNotice } from './UnfinishedNotice.ts';
import type { WidgetBody, WidgetMeta } from './WidgetOptions.ts';

let journal: UnfinishedUpload[];
const discarded: string[] = [];
/** Keeps a journal and sends nothing by itself. */
class FakePlugin<M extends Meta, B extends Body> extends BasePlugin<{ id: string }, M, B> {
  constructor(uppy: Uppy<M, B>, opts: { id: string }) {
    super(uppy, opts);
    this.id = opts.id;
    this.type = 'uploader';
  }
  unfinished = async () => [...journal];
  discard = async (id: string) => {
    discarded.push(id);
  };
}

const GIB = 1024 ** 3;
const left = (name: string, sizeBytes = GIB): UnfinishedUpload => ({
  id: `id of ${name}`,
  name,
  sizeBytes,
  type: 'video/quicktime',
  lastModified: 1,
  startedAt: 1,
  reopen: undefined,
});
const fileOf = (name: string, text = 'x') => ({
  name,
  type: 'video/quicktime',
  data: new File([text], name, { type: 'video/quicktime', lastModified: 1 }),
});

describe('UnfinishedNotice', () => {
  let uppy: Uppy<WidgetMeta, WidgetBody>;
  let notice: UnfinishedNotice;
  let element: HTMLElement;
  beforeEach(() => {
    journal = [];
    discarded.length = 0;
    uppy = new Uppy<WidgetMeta, WidgetBody>();
    uppy.use(FakePlugin<WidgetMeta, WidgetBody>, { id: 'DirectUpload' });
    element = document.createElement('div');
    document.body.append(element);
    notice = new UnfinishedNotice(uppy, ENGLISH, element);
  });
  afterEach(() => document.body.replaceChildren());

  const lines = () =>
    [...element.querySelectorAll('.bucketdrop-notice-text > *')].map(({ textContent }) => textContent);
  const shows = async (...expected: string[]) => vi.waitFor(() => expect(lines()).toEqual(expected));
  const ONE = [
    '1 upload was interrupted: film.mov (1\u00a0GB).',
    'Drop the same file again to go on where it stopped.',
  ];

  it('says nothing where there is nothing to say', async () => {
    await notice.check();
    expect(element.textContent).toBe('');
  });

  it('names the first two and counts the others, in the language of the widget', async () => {
    journal = [left('film.mov')];
    await notice.check();
    await shows(...ONE);
    journal = [left('a.mov'), left(`${'long '.repeat(40)}end of it.mov`), left('c.mov'), left('d.mov')];
    await notice.check();
    await shows(
      `4 uploads were interrupted: a.mov (1\u00a0GB), ${'long '.repeat(9)}… end of it.mov (1\u00a0GB) and 2 more.`,
      'Drop the same files again to go on where they stopped.',
    );
    journal = [left('film.mov', 1.5 * GIB)];
    await notice.check();
    notice.setLocale(await loadLocale('de'));
    await vi.waitFor(() => expect(lines()[0]).toBe('1 Upload wurde unterbrochen: film.mov (1,5\u00a0GB).'));
  });

  it('goes while the same file is in the list, and comes back if it is taken off unsent', async () => {
    journal = [left('film.mov', 1)];
    await notice.check();
    await vi.waitFor(() => expect(lines()).toHaveLength(2));
    const other = uppy.addFile({ ...fileOf('film.mov', 'xx') });
    await new Promise((resolve) => setTimeout(resolve));
    expect(lines()).toHaveLength(2);
    const same = uppy.addFile(fileOf('film.mov'));
    await shows();
    uppy.removeFile(same);
    await vi.waitFor(() => expect(lines()).toHaveLength(2));
    uppy.removeFile(other);

    const again = uppy.addFile(fileOf('film.mov'));
    uppy.addUploader(() => new Promise(() => {}));
    void uppy.upload();
    await new Promise((resolve) => setTimeout(resolve));
    uppy.removeFile(again);
    await shows();
  });

  it('looks again when a batch is done: what only looked the same has left it alone', async () => {
    journal = [left('film.mov', 1)];
    await notice.check();
    const id = uppy.addFile(fileOf('film.mov'));
    uppy.addUploader(async () => {
      uppy.emit('upload-success', uppy.getFile(id), { status: 200 });
    });
    await uppy.upload();
    await vi.waitFor(() => expect(lines()).toHaveLength(2));
    journal = [];
    await notice.check();
    await shows();
  });

  it('discards all that it shows, and nothing that is in the list', async () => {
    journal = [left('a.mov', 1), left('b.mov'), left('c.mov'), left('d.mov')];
    await notice.check();
    uppy.addFile(fileOf('a.mov'));
    await vi.waitFor(() => expect(lines()[0]).toMatch(/^3 uploads/));
    element.querySelector('button')?.click();
    await shows();
    expect(discarded).toEqual(['id of b.mov', 'id of c.mov', 'id of d.mov']);
  });

  it('is not there while nothing can be dropped, or when another plugin sends', async () => {
    journal = [left('film.mov')];
    notice.setDisabled(true);
    await notice.check();
    await shows();
    notice.setDisabled(false);
    await shows(...ONE);
    const plugin = uppy.getPlugin('DirectUpload');
    if (plugin) uppy.removePlugin(plugin);
    await notice.check();
    await shows();
  });
});
