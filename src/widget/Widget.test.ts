// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConfigAnswer } from '../protocol/messages.ts';
import { createWidget } from './createWidget.ts';
import type { Widget } from './Widget.ts';
import type { WidgetOptions } from './WidgetOptions.ts';

const CONFIG: ConfigAnswer = {
  protocol: 1,
  restrictions: { minFileSizeBytes: null, maxFileSizeBytes: 100, maxFileCount: 3, allowedTypes: ['.txt'] },
  singleRequest: { method: 'post', maxSizeBytes: 1_000 },
  multipart: {
    minPartSizeBytes: 5_242_880,
    maxPartSizeBytes: 5_242_880,
    maxPartCount: 10,
    preferredPartSizeBytes: null,
  },
};
const text = (name: string, bytes = 10) =>
  new File(['x'.repeat(bytes)], name, { type: 'text/plain', lastModified: 1 });
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

describe('createWidget', () => {
  const answer = vi.fn<(url: string, init?: RequestInit) => Promise<Response>>();
  let widgets: Widget[] = [];

  beforeEach(() => {
    answer.mockReset().mockImplementation(async () => json(CONFIG));
    vi.stubGlobal('fetch', answer);
    // Core logs every failure.
    vi.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterEach(() => {
    for (const widget of widgets) widget.destroy();
    widgets = [];
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  async function open(options: Partial<WidgetOptions> = {}): Promise<Widget> {
    const widget = createWidget(document.body, { endpoint: 'http://site.test/api/uploads', ...options });
    widgets.push(widget);
    await widget.ready;
    await vi.waitFor(() => expect(answer.mock.results.length + (options.config ? 1 : 0)).toBeGreaterThan(0));
    await new Promise((resolve) => setTimeout(resolve, 20));
    return widget;
  }
  const names = (widget: Widget) => widget.uppy.getFiles().map(({ name }) => name);
  const toasts = (widget: Widget) => widget.uppy.getState().info.map(({ message }) => message);
  const notice = () => document.querySelector<HTMLElement>('.bucketdrop-notice');

  it('asks the endpoint once and refuses at the drop what it would refuse', async () => {
    const [onConfig, onError] = [vi.fn(), vi.fn()];
    const widget = await open({ onConfig, onError });
    expect(answer).toHaveBeenCalledTimes(1);
    expect(onConfig).toHaveBeenCalledWith(CONFIG);
    widget.addFiles([text('good.txt'), text('large.txt', 101), text('program.exe')]);
    expect(names(widget)).toEqual(['good.txt']);
    expect(toasts(widget)).toEqual([
      'large.txt exceeds maximum allowed size of 100 B',
      'Files of this type are not accepted here, only TXT.',
    ]);
    expect(onError.mock.calls.map(([error, file]) => [error.code, file.name])).toEqual([
      ['refused-at-drop', 'large.txt'],
      ['refused-at-drop', 'program.exe'],
    ]);
  });

  it('says what is allowed, unless the page says something else', async () => {
    const widget = await open();
    expect(document.querySelector('.uppy-Dashboard-note')?.textContent).toBe(
      'Up to 3 files, up to 100 byte each; TXT only',
    );
    widget.update({ note: 'Just drop it.' });
    await vi.waitFor(() =>
      expect(document.querySelector('.uppy-Dashboard-note')?.textContent).toBe('Just drop it.'),
    );
  });

  it('judges by the endpoint’s limits what was dropped before they were known', async () => {
    let release = (_: Response) => {};
    answer.mockImplementation(() => new Promise((resolve) => (release = resolve)));
    const widget = await open();
    widget.addFiles([text('1.txt'), text('large.txt', 101), text('2.txt'), text('3.txt'), text('4.txt')]);
    expect(names(widget)).toHaveLength(5);
    release(json(CONFIG));
    await vi.waitFor(() => expect(names(widget)).toEqual(['1.txt', '2.txt', '3.txt']));
    expect(toasts(widget).join(' ')).toMatch(
      /“large.txt” was taken off the list.*“4.txt” was taken off the list/,
    );
  });

  it('says that the endpoint does not answer as it should, keeps the files, and asks again', async () => {
    answer.mockImplementation(async () => json({ error: { code: 'unauthorized', message: 'no' } }, 401));
    const onError = vi.fn();
    const widget = await open({ onError });
    widget.addFiles([text('kept.txt')]);
    expect(notice()?.hidden).toBe(false);
    expect(notice()?.getAttribute('role')).toBe('alert');
    expect(notice()?.textContent).toMatch(/cannot be uploaded right now.*not signed in.*Sign in/);
    expect(onError.mock.calls.map(([error]) => error.code)).toEqual(['unauthorized']);

    widget.update({ locale: 'de' });
    await vi.waitFor(() => expect(notice()?.textContent).toMatch(/nicht angemeldet.*Noch einmal versuchen/));

    answer.mockImplementation(async () => json(CONFIG));
    notice()?.querySelector('button')?.click();
    await vi.waitFor(() => expect(notice()?.hidden).toBe(true));
    expect(names(widget)).toEqual(['kept.txt']);
    expect(widget.uppy.opts.restrictions.maxNumberOfFiles).toBe(3);
  });

  it('asks again by itself when the browser is back online, but only after a failure', async () => {
    await open();
    window.dispatchEvent(new Event('online'));
    expect(answer).toHaveBeenCalledTimes(1);
    answer.mockImplementation(async () => Promise.reject(new TypeError('offline')));
    widgets[0]?.update({ headers: { authorization: 'b' } });
    await vi.waitFor(() => expect(notice()?.hidden).toBe(false));
    answer.mockImplementation(async () => json(CONFIG));
    window.dispatchEvent(new Event('online'));
    await vi.waitFor(() => expect(notice()?.hidden).toBe(true));
  });

  it('leaves the question to whoever brings the answer', async () => {
    const widget = await open({ config: { status: 'pending' } });
    expect(answer).not.toHaveBeenCalled();
    widget.update({ config: { status: 'ready', config: CONFIG } });
    expect(widget.uppy.opts.restrictions.maxFileSize).toBe(100);
    const retry = vi.fn();
    widget.update({ config: { status: 'failed', error: new TypeError('x'), retry } });
    notice()?.querySelector('button')?.click();
    expect(retry).toHaveBeenCalledTimes(1);
  });

  it('applies changed options without losing a file', async () => {
    const widget = await open();
    widget.addFiles([text('kept.txt')]);
    const { uppy } = widget;
    widget.update({ theme: 'dark', restrictions: { maxFileCount: 1 }, disabled: true, locale: 'fr' });
    await vi.waitFor(() => expect(uppy.i18n('cancel')).toBe('Annuler'));
    expect(document.querySelector<HTMLElement>('.bucketdrop')?.dataset.bucketdropTheme).toBe('dark');
    expect(document.querySelector('.uppy-Dashboard')?.getAttribute('data-uppy-theme')).toBe('dark');
    widget.addFiles([text('refused while disabled.txt')]);
    widget.update({ disabled: false });
    widget.addFiles([text('one too many.txt')]);
    expect(names(widget)).toEqual(['kept.txt']);
    expect(widget.uppy).toBe(uppy);
    widget.update({ restrictions: undefined });
    expect(uppy.opts.restrictions.maxNumberOfFiles).toBe(3);
  });

  it('refuses a pace that is none, and keeps the one that was', async () => {
    const widget = await open({ maxBytesPerSecond: 5e6 });
    const carrier = () => widget.uppy.getPlugin('DirectUpload')?.opts;
    expect(carrier()).toMatchObject({ maxBytesPerSecond: 5e6 });
    expect(() => widget.update({ maxBytesPerSecond: 0, polite: true })).toThrow(TypeError);
    widget.update({ polite: true });
    expect(carrier()).toMatchObject({ maxBytesPerSecond: 5e6, polite: true });
    const bad = { endpoint: 'http://site.test/api', maxBytesPerSecond: '5' as unknown as number };
    expect(() => createWidget(document.body, bad)).toThrow(/^maxBytesPerSecond has to be a number/);
  });

  it('does nothing for options that say the same', async () => {
    const widget = await open({ restrictions: { maxFileCount: 2 }, headers: { a: 'b' } });
    let writes = 0;
    widget.uppy.on('state-update', () => {
      writes += 1;
    });
    widget.update({ restrictions: { maxFileCount: 2 }, headers: { a: 'b' }, onUploaded: () => {} });
    expect([writes, answer.mock.calls.length]).toEqual([0, 1]);
  });

  it('forgets the limits of an endpoint that it no longer uses', async () => {
    const widget = await open();
    answer.mockImplementation(() => new Promise(() => {}));
    widget.update({ endpoint: 'http://site.test/other' });
    expect(widget.uppy.opts.restrictions.maxNumberOfFiles).toBeNull();
    expect(widget.uppy.getPlugin('DirectUpload')?.opts).toMatchObject({
      endpoint: 'http://site.test/other',
      config: undefined,
    });
  });

  it('sends the latest headers, and asks anew when they change', async () => {
    const widget = await open({ headers: { authorization: 'one' } });
    widget.update({ headers: { authorization: 'two' } });
    await vi.waitFor(() => expect(answer).toHaveBeenCalledTimes(2));
    const sent = answer.mock.calls.map(([, init]) => new Headers(init?.headers).get('authorization'));
    expect(sent).toEqual(['one', 'two']);
  });

  it('lists what failed once for each reason, and tries all again with one button', async () => {
    const widget = await open({
      config: {
        status: 'ready',
        config: { ...CONFIG, restrictions: { ...CONFIG.restrictions, maxFileCount: null } },
      },
    });
    const onComplete = vi.fn();
    widget.update({ onComplete });
    answer.mockImplementation(async () => json({ error: { code: 'forbidden', message: 'no' } }, 403));
    widget.addFiles(['1.txt', '2.txt', '3.txt', '4.txt', '5.txt'].map((name) => text(name)));
    await widget.upload();
    const list = () => document.querySelector<HTMLElement>('.bucketdrop-failures');
    await vi.waitFor(() => expect(list()?.hidden).toBe(false));
    expect(list()?.querySelectorAll('li')).toHaveLength(1);
    expect(list()?.textContent).toMatch(
      /5 files were not uploaded.*1\.txt, 2\.txt, 3\.txt and 2 more.*may not upload/,
    );
    expect(toasts(widget)).toEqual([]);
    expect(onComplete.mock.calls[0]?.[0]).toMatchObject({ uploaded: [], failed: { length: 5 } });

    const before = answer.mock.calls.length;
    list()?.querySelector('button')?.click();
    await vi.waitFor(() => expect(answer.mock.calls.length).toBeGreaterThan(before));
    widget.uppy.cancelAll();
    await vi.waitFor(() => expect(list()?.hidden).toBe(true));
  });

  it('leaves nothing behind', async () => {
    const widget = await open();
    widget.destroy();
    widget.destroy();
    widget.update({ theme: 'dark' });
    expect(document.querySelector('.bucketdrop')).toBeNull();
  });
});
