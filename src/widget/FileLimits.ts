import type Uppy from '@uppy/core';
import type { ConfigAnswer } from '../protocol/messages.ts';
import { describeLimits, listTypes } from './describeLimits.ts';
import { findRefused } from './findRefused.ts';
import { mergeRestrictions, toUppyRestrictions } from './mergeRestrictions.ts';
import { RefusedAtDrop } from './WidgetError.ts';
import type { WidgetLocale } from './WidgetLocale.ts';
import type { WidgetBody, WidgetMeta, WidgetOptions } from './WidgetOptions.ts';
import type { WidgetView } from './WidgetView.ts';

const MAX_TOASTS = 4;

/** What may be dropped, by the page's word and the endpoint's: told to Uppy, and to the person in their language. */
export class FileLimits {
  readonly #uppy: Uppy<WidgetMeta, WidgetBody>;
  readonly #view: WidgetView;
  readonly #toast: (text: string) => void;

  constructor(uppy: Uppy<WidgetMeta, WidgetBody>, view: WidgetView, toast: (text: string) => void) {
    this.#uppy = uppy;
    this.#view = view;
    this.#toast = toast;
  }

  apply(options: WidgetOptions, config: ConfigAnswer | undefined, spoken: WidgetLocale): void {
    const limits = mergeRestrictions(options.restrictions, config?.restrictions);
    const { say, language } = spoken;
    const types = listTypes(limits, say, language);
    // Uppy's own sentence would list the patterns: "image/*, .txt".
    const locale = spoken.withString('youCanOnlyUploadFileTypes', types && say('onlyTypes', { types }));
    this.#uppy.setOptions({ restrictions: toUppyRestrictions(limits), locale: locale.uppy });
    this.#view.setLocale(locale);
    this.#view.setNote(options.note ?? describeLimits(limits, say, language));
    this.#refuseWaiting(limits.maxFileCount, options, spoken);
  }

  /** What was dropped before the limits were known is judged by them now. */
  #refuseWaiting(maxFileCount: number | null, options: WidgetOptions, { say }: WidgetLocale): void {
    const refused = findRefused(this.#uppy, maxFileCount);
    if (refused.length === 0) return;
    this.#uppy.removeFiles(refused.map(({ file }) => file.id));
    for (const { file, reason } of refused.slice(0, MAX_TOASTS))
      this.#toast(say('refusedNow', { file: file.name, reason }));
    for (const { file, reason } of refused) options.onError?.(new RefusedAtDrop(reason), file);
  }
}
