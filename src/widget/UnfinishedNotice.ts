import type { Uppy, UppyFile } from '@uppy/core';
import { gather } from '../transfer/gather.ts';
import type { UnfinishedUpload } from '../transfer/TransferOptions.ts';
import { describeNotReopened, describeUnfinished } from './describeUnfinished.ts';
import { focusPicker } from './focusPicker.ts';
import { createButton, createLines } from './Notice.ts';
import { ProvingLine } from './ProvingLine.ts';
import { resumeUnfinished } from './resumeUnfinished.ts';
import type { WidgetLocale } from './WidgetLocale.ts';
import type { WidgetBody, WidgetMeta } from './WidgetOptions.ts';

/** What was interrupted by a reload or a crash, until the same files are in the list again or it is discarded. */
export class UnfinishedNotice {
  readonly #element: HTMLElement;
  readonly #uppy: Uppy<WidgetMeta, WidgetBody>;
  readonly #box = document.createElement('div');
  readonly #proving = new ProvingLine();
  #locale: WidgetLocale;
  #unfinished: UnfinishedUpload[] = [];
  #disabled = false;
  #checks = 0;
  /** What a click did not bring back, and its reasons. */
  #chosenAgain = new Set<string>();
  #reasons: (() => string[]) | undefined;

  /** @param element a live region, there for some time: screen readers miss what comes into the page with one */
  constructor(uppy: Uppy<WidgetMeta, WidgetBody>, locale: WidgetLocale, element: HTMLElement) {
    this.#uppy = uppy;
    this.#locale = locale;
    this.#element = element;
    this.#box.className = 'bucketdrop-notice bucketdrop-notice-quiet';
    uppy.on('file-added', () => this.#schedule());
    uppy.on('file-removed', () => this.#schedule());
    uppy.on('upload', (_, files) => this.#forget(files));
    uppy.on('state-update', (before, now) => {
      if (before.plugins !== now.plugins) this.#renderProving();
    });
    // A file that only looked like the one of before has left that one's upload alone.
    uppy.on('complete', () => void this.check());
  }

  setLocale(locale: WidgetLocale): void {
    this.#locale = locale;
    this.#schedule();
  }

  setDisabled(disabled: boolean): void {
    this.#disabled = disabled;
    this.#schedule();
  }

  /** Looks what there is at the endpoint of now. */
  async check(): Promise<void> {
    this.#checks += 1;
    const check = this.#checks;
    const unfinished = (await this.#plugin?.unfinished()) ?? [];
    if (check !== this.#checks) return;
    this.#unfinished = unfinished.map(this.#withoutVain);
    this.#schedule();
  }

  get #plugin() {
    return this.#uppy.getPlugin('DirectUpload');
  }

  /** From here on it is this page's upload: removed from the list, it is gone for good. */
  #forget(files: UppyFile<WidgetMeta, WidgetBody>[]): void {
    const begun = new Set(files.map(fingerprintOf));
    this.#unfinished = this.#unfinished.filter((upload) => !begun.has(keyOf(upload)));
    this.#schedule();
  }

  readonly #schedule = gather(() => this.#render());

  #render(): void {
    const shown = this.#disabled ? [] : this.#missing();
    if (shown.length === 0) {
      this.#reasons = undefined;
      this.#box.remove();
      return;
    }
    const { say, language } = this.#locale;
    const ready = shown.filter(({ reopen }) => reopen);
    const label = say('resumeUnfinished', { smart_count: ready.length });
    const lines = [...describeUnfinished(shown, say, language), ...(this.#reasons?.() ?? [])];
    const buttons = document.createElement('div');
    buttons.className = 'bucketdrop-notice-buttons';
    if (ready.length > 0) buttons.append(createButton(label, () => void this.#resume(ready)));
    buttons.append(createButton(say('discard'), () => this.#discard(shown)));
    this.#box.replaceChildren(createLines(lines), buttons);
    if (!this.#box.isConnected) this.#element.append(this.#box);
  }

  #renderProving(): void {
    const share = this.#plugin?.getPluginState().proving;
    if (typeof share !== 'number') {
      this.#proving.element.remove();
      return;
    }
    this.#proving.show(share, this.#locale);
    if (!this.#proving.element.isConnected) this.#element.prepend(this.#proving.element);
  }

  async #resume(uploads: UnfinishedUpload[]): Promise<void> {
    const failed = await resumeUnfinished(this.#uppy, uploads);
    for (const { id } of [...failed.refused, ...failed.gone]) this.#chosenAgain.add(id);
    this.#reasons = () => describeNotReopened(failed, this.#locale.say, this.#locale.language);
    this.#unfinished = this.#unfinished.map(this.#withoutVain);
    this.#schedule();
  }

  /** What a click did not bring back is not tried again by the next one. */
  readonly #withoutVain = (upload: UnfinishedUpload): UnfinishedUpload =>
    this.#chosenAgain.has(upload.id) ? { ...upload, reopen: undefined } : upload;

  #missing(): UnfinishedUpload[] {
    if (this.#unfinished.length === 0) return [];
    // One that is stored already only looked like it.
    const listed = this.#uppy.getFiles().filter((file) => !file.progress.uploadComplete);
    const known = new Set(listed.map(fingerprintOf));
    return this.#unfinished.filter((upload) => !known.has(keyOf(upload)));
  }

  #discard(shown: UnfinishedUpload[]): void {
    for (const { id } of shown) void this.#plugin?.discard(id);
    this.#unfinished = this.#unfinished.filter((upload) => !shown.includes(upload));
    this.#render();
    // The button that had the focus is gone.
    focusPicker(this.#element.parentElement);
  }
}

function fingerprintOf({ data, type, name }: UppyFile<WidgetMeta, WidgetBody>): string {
  const { size, lastModified } = data instanceof File ? data : { size: -1, lastModified: -1 };
  return keyOf({ name, sizeBytes: size, type, lastModified });
}

function keyOf({
  name,
  sizeBytes,
  type,
  lastModified,
}: Pick<UnfinishedUpload, 'name' | 'sizeBytes' | 'type' | 'lastModified'>): string {
  return JSON.stringify([name, sizeBytes, type, lastModified]);
}
