import type { Uppy } from '@uppy/core';
import { isBucketDropError } from '../../protocol/BucketDropError.ts';
import type { ConfigAnswer } from '../../protocol/messages.ts';
import { gather } from '../../transfer/gather.ts';
import { focusPicker } from '../focusPicker.ts';
import { resolveHeaders } from '../resolveOptions.ts';
import { toWidgetError } from '../WidgetError.ts';
import type { WidgetLocale } from '../WidgetLocale.ts';
import type { WidgetBody, WidgetMeta, WidgetOptions } from '../WidgetOptions.ts';
import { StoredFiles } from './StoredFiles.ts';
import { type RowContext, StoredRow } from './StoredRow.ts';
import { type SayStored, storedTranslator } from './storedStrings.ts';

export interface PanelState {
  options: WidgetOptions;
  config: ConfigAnswer | undefined;
  locale: WidgetLocale;
}

let panels = 0;

/** The list of what was stored, below the Dashboard. Hidden while there is nothing. */
export class StoredPanel {
  readonly element = document.createElement('div');
  readonly list: StoredFiles;
  readonly #uppy: Uppy<WidgetMeta, WidgetBody>;
  readonly #section = document.createElement('section');
  readonly #title = document.createElement('div');
  readonly #rowsPlace = document.createElement('ul');
  readonly #status = document.createElement('div');
  readonly #rows = new Map<string, StoredRow>();
  readonly #unsubscribe: () => void;
  readonly #state: () => PanelState;
  #say: SayStored;
  #isDestroyed = false;

  constructor(uppy: Uppy<WidgetMeta, WidgetBody>, state: () => PanelState) {
    this.#uppy = uppy;
    this.#state = state;
    const { options, locale } = state();
    this.#say = storedTranslator(locale);
    this.list = StoredFiles.of(options.endpoint);
    panels += 1;
    this.#title.id = `bucketdrop-stored-${panels}`;
    this.#title.className = 'bucketdrop-stored-title';
    this.#status.className = 'bucketdrop-unseen';
    this.#status.setAttribute('role', 'status');
    this.#section.className = 'bucketdrop-stored';
    this.#section.setAttribute('aria-labelledby', this.#title.id);
    this.#section.append(this.#title, this.#rowsPlace);
    // Outside of what is hidden with the last file, whose deletion is said.
    this.element.append(this.#section, this.#status);
    this.refresh();
    this.#showFiles();
    this.#unsubscribe = this.list.subscribe(gather(() => this.#showFiles()));
  }

  /** After options, language or config have changed. */
  refresh(): void {
    const { options, locale } = this.#state();
    this.#say = storedTranslator(locale);
    this.#title.textContent = this.#say('storedTitle');
    const { credentials } = options;
    this.list.connect({ credentials, headers: () => resolveHeaders(this.#state().options.headers) });
    if (options.storedFiles === 'session') this.list.keepForSession();
    for (const row of this.#rows.values()) row.render();
  }

  destroy(): void {
    this.#unsubscribe();
    this.#isDestroyed = true;
    for (const row of this.#rows.values()) row.destroy();
    this.element.remove();
  }

  #showFiles(): void {
    if (this.#isDestroyed) return;
    const { files } = this.list;
    const receipts = new Set(files.map(({ receipt }) => receipt));
    for (const [receipt, row] of this.#rows)
      if (!receipts.has(receipt)) {
        row.destroy();
        this.#rows.delete(receipt);
      }
    for (const [index, file] of files.entries()) {
      const row = this.#rows.get(file.receipt) ?? new StoredRow(file, () => this.#context());
      this.#rows.set(file.receipt, row);
      const there = this.#rowsPlace.children[index];
      // What stays in its place keeps the focus.
      if (there !== row.element) this.#rowsPlace.insertBefore(row.element, there ?? null);
    }
    this.#section.hidden = files.length === 0;
  }

  #context(): RowContext {
    const { options, config, locale } = this.#state();
    return {
      list: this.list,
      say: this.#say,
      language: locale.language,
      allowed: config?.links,
      disabled: options.disabled ?? false,
      announce: (text) => {
        this.#status.textContent = text;
      },
      explain: (error) => this.#explain(error),
      download: (url) => this.#download(url),
      deleted: (row) => this.#deleted(row),
    };
  }

  #explain(error: unknown): string {
    const code = isBucketDropError(error) ? error.code : '';
    if (code === 'object-missing' || code === 'object-mismatch') return this.#say('storedGone');
    if (code === 'forbidden') return this.#say('storedForbidden');
    if (code === 'ticket-expired') return this.#say('storedTooOld');
    if (!isBucketDropError(error)) this.#uppy.log(error as Error, 'error');
    const { message, details } = toWidgetError(error, this.#state().locale.say);
    return `${message} ${details}`.trim();
  }

  /** The bucket's answer is saved and not shown. A page that would ask before it is left is left alone. */
  #download(url: string): void {
    const link = document.createElement('a');
    link.href = url;
    link.rel = 'noopener';
    link.referrerPolicy = 'no-referrer';
    if (Object.keys(this.#uppy.getState().currentUploads).length > 0) link.target = '_blank';
    this.element.append(link);
    link.click();
    link.remove();
  }

  #deleted(row: StoredRow): void {
    const { file } = row;
    const neighbour = row.element.nextElementSibling ?? row.element.previousElementSibling;
    this.list.forget(file.id);
    this.#showFiles();
    for (const { id, response } of this.#uppy.getFiles())
      if (response?.body?.receipt === file.receipt) this.#uppy.removeFile(id);
    const next = [...this.#rows.values()].find(({ element }) => element === neighbour);
    if (next) next.focus();
    else focusPicker(this.element.parentElement);
    this.#status.textContent = this.#say('storedDeleted', { file: file.name });
  }
}
