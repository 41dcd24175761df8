import type { Uppy } from '@uppy/core';
import Dashboard from '@uppy/dashboard';
import type { Trouble } from '../transfer/Outages.ts';
import { FailureList } from './FailureList.ts';
import { Notice } from './Notice.ts';
import type { Theme } from './ThemeWatcher.ts';
import { noteDroppedHandles, pickWithHandles } from './takeHandles.ts';
import type { UnfinishedNotice } from './UnfinishedNotice.ts';
import type { WidgetLocale } from './WidgetLocale.ts';
import type { WidgetBody, WidgetMeta, WidgetOptions } from './WidgetOptions.ts';
import { whenIdle } from './whenIdle.ts';

type DashboardLocale = NonNullable<ConstructorParameters<typeof Dashboard>[1]>['locale'];

const DEFAULT_HEIGHT_PX = 420;

/** What stands in the page: notices of what concerns the whole, the Dashboard, the list of failures. */
export class WidgetView {
  readonly notice = new Notice();
  readonly #uppy: Uppy<WidgetMeta, WidgetBody>;
  readonly #root = document.createElement('div');
  readonly #failures: FailureList<WidgetMeta, WidgetBody>;
  readonly #status = document.createElement('div');
  readonly #waiting = document.createElement('div');
  #trouble: Trouble | undefined;
  readonly #mending: MutationObserver;
  #locale: WidgetLocale;
  #hasFailed = false;
  #disabled: boolean;
  #unfinished: UnfinishedNotice | undefined;

  constructor(
    target: Element,
    uppy: Uppy<WidgetMeta, WidgetBody>,
    locale: WidgetLocale,
    options: WidgetOptions,
    theme: Theme,
  ) {
    this.#uppy = uppy;
    this.#locale = locale;
    this.#root.className = 'bucketdrop';
    this.#failures = new FailureList(uppy, locale.say);
    this.#disabled = options.disabled ?? false;
    // Live regions from the start: screen readers miss what comes into the page together with one.
    for (const region of [this.#status, this.#waiting]) region.setAttribute('role', 'status');
    const place = document.createElement('div');
    place.className = 'bucketdrop-dashboard';
    this.#root.append(this.notice.element, this.#waiting, this.#status, place, this.#failures.element);
    target.append(this.#root);
    noteDroppedHandles(place);
    pickWithHandles(place, (files) => this.#dashboard?.addFiles(files));
    this.#mending = new MutationObserver(() => mend(place));
    this.#mending.observe(place, { childList: true, subtree: true });
    uppy.use(Dashboard<WidgetMeta, WidgetBody>, {
      inline: true,
      target: place,
      proudlyDisplayPoweredByUppy: false,
      ...dashboardOptions(options),
      theme,
      ...(options.doneButton === false && { doneButtonHandler: null }),
    });
    this.setTheme(theme);
    this.setLocale(locale);
    uppy.on('state-update', (_, { error }) => this.#setFailed(Boolean(error)));
  }

  setTheme(theme: Theme): void {
    this.#root.dataset.bucketdropTheme = theme;
    this.#dashboard?.setOptions({ theme });
  }

  setLocale(locale: WidgetLocale): void {
    this.#locale = locale;
    this.#setTitle();
    this.#failures.setLanguage(locale.say);
    this.#unfinished?.setLocale(locale);
    this.setTrouble(this.#trouble);
    this.#root.lang = locale.language;
    this.#root.dir = locale.direction;
    const inner = this.#root.querySelector<HTMLElement>('.uppy-Root');
    if (inner) inner.dir = locale.direction;
  }

  /** While a language or a plugin is being loaded, nothing is shown in the wrong one. */
  setLoading(loading: boolean): void {
    this.#root.toggleAttribute('data-bucketdrop-loading', loading);
  }

  setOptions(options: WidgetOptions): void {
    this.#dashboard?.setOptions(dashboardOptions(options));
    this.#disabled = options.disabled ?? false;
    this.#unfinished?.setDisabled(this.#disabled);
  }

  /** Says what all uploads wait for. */
  setTrouble(trouble: Trouble | undefined): void {
    this.#trouble = trouble;
    const text = trouble ? this.#locale.say(`waiting.${trouble}`) : '';
    this.#waiting.className = text ? 'bucketdrop-notice bucketdrop-notice-quiet' : '';
    if (this.#waiting.textContent !== text) this.#waiting.textContent = text;
  }

  setNote(note: string): void {
    this.#dashboard?.setOptions({ note: note || null });
  }

  /** Looks for interrupted uploads once the page has a moment to spare. What tells of them is loaded if there are any. */
  async checkUnfinished(): Promise<void> {
    await whenIdle();
    if (!this.#unfinished) {
      const found = (await this.#uppy.getPlugin('DirectUpload')?.unfinished()) ?? [];
      if (found.length === 0) return;
      const { UnfinishedNotice } = await import('./UnfinishedNotice.ts');
      this.#unfinished ??= new UnfinishedNotice(this.#uppy, this.#locale, this.#status);
      this.#unfinished.setDisabled(this.#disabled);
    }
    await this.#unfinished.check();
  }

  /** Puts something below all else. */
  append(element: Element): void {
    this.#root.append(element);
  }

  #setFailed(hasFailed: boolean): void {
    if (this.#hasFailed === hasFailed) return;
    this.#hasFailed = hasFailed;
    this.#setTitle();
  }

  /** The Dashboard's title says "Uploading 1 file" of a file that has failed. */
  #setTitle(): void {
    const { strings, pluralize } = this.#locale.uppy;
    const { uploadingXFiles = '', filesFailed = '' } = strings;
    const title = this.#hasFailed ? filesFailed : uploadingXFiles;
    this.#dashboard?.setOptions({
      locale: {
        strings: { ...strings, ...(title && { uploadingXFiles: title }) },
        pluralize,
      } as DashboardLocale,
    });
  }

  remove(): void {
    this.#mending.disconnect();
    this.#root.remove();
  }

  get #dashboard() {
    return this.#uppy.getPlugin('Dashboard');
  }
}

/** What the Dashboard's markup leaves open. Its own renderings do not touch attributes that it has not set. */
function mend(place: Element): void {
  // Inside a form, the inputs for choosing files would be sent with it, empty.
  for (const input of place.querySelectorAll('input:not([form])')) input.setAttribute('form', '');
  // A single file is a list item outside of any list.
  for (const files of place.querySelectorAll('.uppy-Dashboard-files:not([role])'))
    files.setAttribute('role', 'list');
}

function dashboardOptions(options: WidgetOptions) {
  return {
    width: options.width ?? '100%',
    height: options.height ?? DEFAULT_HEIGHT_PX,
    disabled: options.disabled ?? false,
    showRemoveButtonAfterComplete: options.removeUploaded ?? false,
  };
}
