import type { Body, Meta, Uppy, UppyFile } from '@uppy/core';
import { gather } from '../transfer/gather.ts';
import { createButton } from './Notice.ts';
import { toWidgetError } from './WidgetError.ts';
import type { Translate } from './WidgetLocale.ts';

const NAMES_SHOWN = 3;

interface Reason {
  message: string;
  details: string;
}

/**
 * What failed and why, below the file list: one entry for each reason, however many files share it, and one button
 * that tries all of them again. Uppy itself shows the reason only in a tooltip.
 */
export class FailureList<M extends Meta, B extends Body> {
  readonly element = document.createElement('div');
  readonly #uppy: Uppy<M, B>;
  readonly #reasons = new Map<string, Reason>();
  #say: Translate;
  #shown = '';

  constructor(uppy: Uppy<M, B>, say: Translate) {
    this.#uppy = uppy;
    this.#say = say;
    this.element.className = 'bucketdrop-failures';
    this.element.setAttribute('role', 'alert');
    this.element.hidden = true;
    uppy.on('upload-error', (file, error) => {
      const { message, details } = toWidgetError(error, this.#say);
      if (file) this.#reasons.set(file.id, { message, details });
    });
    uppy.on('state-update', (before, now) => {
      if (before.files !== now.files) this.#schedule();
    });
  }

  setLanguage(say: Translate): void {
    this.#say = say;
    this.#shown = '';
    this.#schedule();
  }

  /** Progress changes the table of files many times a second; this looks at it once. */
  readonly #schedule = gather(() => this.#render());

  #render(): void {
    const { erroredFiles: failed } = this.#uppy.getObjectOfFilesPerState();
    const groups = groupByReason(failed, this.#reasons);
    const signature = JSON.stringify(groups);
    if (signature === this.#shown) return;
    this.#shown = signature;
    this.element.hidden = failed.length === 0;
    if (failed.length === 0) {
      this.#reasons.clear();
      this.element.replaceChildren();
      return;
    }
    const head = document.createElement('div');
    head.className = 'bucketdrop-failures-head';
    const title = document.createElement('strong');
    title.textContent = this.#say('filesFailed', { smart_count: failed.length });
    head.append(title, createButton(this.#say('tryAgain'), this.#retry));
    const list = document.createElement('ul');
    list.append(...groups.map((group) => this.#renderGroup(group)));
    this.element.replaceChildren(head, list);
  }

  #renderGroup({ message, details, names }: Group): HTMLLIElement {
    const item = document.createElement('li');
    const files = document.createElement('span');
    files.className = 'bucketdrop-failures-names';
    const shown = names.slice(0, NAMES_SHOWN).join(', ');
    const rest = names.length - NAMES_SHOWN;
    files.textContent = rest > 0 ? `${shown} ${this.#say('andMore', { smart_count: rest })}` : shown;
    const reason = document.createElement('span');
    reason.textContent = message;
    const hint = document.createElement('span');
    hint.className = 'bucketdrop-failures-hint';
    hint.textContent = details;
    item.append(files, reason, hint);
    return item;
  }

  readonly #retry = (): void => {
    // The reasons that come of it are reported as events.
    this.#uppy.retryAll().catch(() => {});
  };
}

interface Group extends Reason {
  names: string[];
}

function groupByReason<M extends Meta, B extends Body>(
  files: UppyFile<M, B>[],
  reasons: ReadonlyMap<string, Reason>,
): Group[] {
  const groups = new Map<string, Group>();
  for (const file of files) {
    const reason = reasons.get(file.id) ?? { message: file.error ?? '', details: '' };
    const key = JSON.stringify(reason);
    const group = groups.get(key) ?? { ...reason, names: [] };
    group.names.push(file.name);
    groups.set(key, group);
  }
  return [...groups.values()];
}
