import Uppy, { type UploadResult } from '@uppy/core';
import type { ConfigAnswer } from '../protocol/messages.ts';
import { ConfigLoader } from './ConfigLoader.ts';
import { DuplicateGuard } from './DuplicateGuard.ts';
import { describeLimits, listTypes } from './describeLimits.ts';
import { findRefused } from './findRefused.ts';
import { isSameOption } from './isSameOption.ts';
import { LeaveGuard } from './LeaveGuard.ts';
import { ENGLISH, loadLocale } from './loadLocale.ts';
import { mergeRestrictions, toUppyRestrictions } from './mergeRestrictions.ts';
import { resolveHeaders } from './resolveOptions.ts';
import { ThemeWatcher } from './ThemeWatcher.ts';
import { TransferSwitch } from './TransferSwitch.ts';
import { RefusedAtDrop, toWidgetError } from './WidgetError.ts';
import type { WidgetLocale } from './WidgetLocale.ts';
import type { ConfigState, WidgetBody, WidgetFile, WidgetMeta, WidgetOptions } from './WidgetOptions.ts';
import { WidgetView } from './WidgetView.ts';

/** Toasts carry whole sentences. */
const TOAST_MS = 8_000;
const MAX_TOASTS = 4;
let widgets = 0;

/** Uppy, its Dashboard and this project's engine as one thing with plain options. */
export class Widget {
  /** The Uppy instance inside, for whatever the options do not cover. */
  readonly uppy: Uppy<WidgetMeta, WidgetBody>;
  /** Resolves when the language and the transfer are loaded and the widget can be used. */
  readonly ready: Promise<void>;
  readonly #view: WidgetView;
  readonly #theme: ThemeWatcher;
  readonly #transfer: TransferSwitch;
  readonly #loader: ConfigLoader;
  readonly #guard: LeaveGuard<WidgetMeta, WidgetBody>;
  readonly #duplicates = new DuplicateGuard<WidgetMeta, WidgetBody>((names) => this.#tellDuplicates(names));
  #options: WidgetOptions;
  #locale = ENGLISH;
  #config: ConfigAnswer | undefined;
  #failedConfig: Extract<ConfigState, { status: 'failed' }> | undefined;
  #destroyed = false;

  constructor(target: Element, options: WidgetOptions) {
    this.#options = { ...options };
    widgets += 1;
    this.uppy = new Uppy<WidgetMeta, WidgetBody>({
      id: `bucketdrop-${widgets}`,
      infoTimeout: TOAST_MS,
      locale: this.#locale.uppy,
      onBeforeFileAdded: (file, files) =>
        this.#options.disabled ? false : this.#duplicates.check(this.uppy, file, files),
    });
    this.#theme = new ThemeWatcher((theme) => this.#view?.setTheme(theme));
    this.#theme.set(options.theme ?? 'auto');
    this.#view = new WidgetView(target, this.uppy, this.#locale, options, this.#theme.current);
    this.#guard = new LeaveGuard(this.uppy, options.warnBeforeLeaving ?? true);
    this.#transfer = new TransferSwitch(this.uppy, () => this.#options, {
      stored: (file, object) => this.#options.onUploaded?.(file, object),
      describe: (error) => toWidgetError(error, this.#locale.say),
    });
    this.#loader = new ConfigLoader(
      () => ({ ...this.#options, headers: () => resolveHeaders(this.#options.headers) }),
      (state) => this.#setConfig(state),
    );
    this.#listen();
    this.#applyLimits();
    this.ready = this.#load();
    this.#askConfig();
  }

  /** The language that the widget speaks now. */
  get locale(): WidgetLocale {
    return this.#locale;
  }

  /** Applies changed options at once. Files in the list stay, and so do uploads on their way. */
  update(options: Partial<WidgetOptions>): void {
    if (this.#destroyed) return;
    const before = this.#options;
    this.#options = { ...before, ...options };
    const changed = (...names: (keyof WidgetOptions)[]) =>
      names.some((name) => !isSameOption(before[name], this.#options[name]));
    if (changed('theme')) this.#theme.set(this.#options.theme ?? 'auto');
    if (changed('width', 'height', 'disabled', 'removeUploaded')) this.#view.setOptions(this.#options);
    if (changed('locale')) void this.#loadLocale();
    if (changed('transfer')) void this.#loadTransfer();
    if (changed('endpoint', 'credentials', 'maxConcurrentRequests', 'retry', 'stallTimeoutMs', 'journal'))
      this.#transfer.refresh();
    if (changed('endpoint', 'journal')) this.#checkUnfinished();
    if (changed('warnBeforeLeaving')) this.#guard.setWanted(this.#options.warnBeforeLeaving ?? true);
    if (changed('endpoint')) this.#forgetConfig();
    if (changed('endpoint', 'credentials', 'headers', 'config')) this.#askConfig();
    if (changed('restrictions', 'note')) this.#applyLimits();
    if (changed('autoUpload')) this.#applyAutoUpload();
  }

  /** Puts files into the list as if they had been dropped. What the restrictions refuse is shown, not thrown. */
  addFiles(files: Iterable<File>): void {
    this.uppy.addFiles([...files].map((file) => ({ name: file.name, type: file.type, data: file })));
  }

  /** Sends all that is in the list. Resolves when all are stored or failed; the outcome is told by the callbacks. */
  async upload(): Promise<void> {
    await this.ready;
    // Whatever goes wrong in an upload is reported as an event.
    await this.uppy.upload().catch(() => {});
  }

  /**
   * Takes the widget out of the page. Uploads under way stop; what the journal knows goes on when the same file is
   * dropped again, and all else is given up in the bucket.
   */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#loader.destroy();
    this.#theme.destroy();
    this.#duplicates.destroy();
    this.#transfer.destroy();
    this.#guard.destroy();
    this.uppy.destroy();
    this.#view.remove();
  }

  #listen(): void {
    this.uppy.on('upload-error', (file, error) =>
      this.#options.onError?.(toWidgetError(error, this.#locale.say), file),
    );
    this.uppy.on('restriction-failed', (file, error) => {
      const { isUserFacing } = error as Error & { isUserFacing?: boolean };
      if (isUserFacing !== false) this.#options.onError?.(new RefusedAtDrop(error.message), file);
    });
    this.uppy.on('complete', (result) => this.#tellComplete(result));
  }

  async #load(): Promise<void> {
    const { locale, transfer } = this.#options;
    this.#view.setLoading(locale !== undefined || transfer === 'uppy-aws-s3');
    await Promise.all([this.#loadLocale(), this.#loadTransfer()]);
    this.#view.setLoading(false);
  }

  async #loadLocale(): Promise<void> {
    const { locale: wished } = this.#options;
    try {
      const locale = await loadLocale(wished);
      if (this.#destroyed || !isSameOption(wished, this.#options.locale)) return;
      this.#locale = locale;
      this.#applyLimits();
      if (this.#failedConfig) this.#showConfigFailure(this.#failedConfig);
    } catch (error) {
      this.#tellLoadFailed(error, () => void this.#loadLocale());
    }
  }

  async #loadTransfer(): Promise<void> {
    try {
      // Until it is there, an upload would end at once with nothing sent.
      this.uppy.setOptions({ autoProceed: false });
      await this.#transfer.set(this.#options.transfer ?? 'direct');
      if (this.#destroyed) return;
      this.#applyAutoUpload();
      this.#checkUnfinished();
    } catch (error) {
      this.#tellLoadFailed(error, () => void this.#loadTransfer());
    }
  }

  #askConfig(): void {
    const { config } = this.#options;
    if (!config) {
      void this.#loader.load();
      return;
    }
    this.#loader.stop();
    this.#setConfig(config);
  }

  #setConfig(state: ConfigState): void {
    if (this.#destroyed) return;
    if (state.status === 'pending') return;
    if (state.status === 'failed') {
      this.#failedConfig = state;
      this.#showConfigFailure(state);
      this.#options.onError?.(toWidgetError(state.error, this.#locale.say));
      return;
    }
    this.#failedConfig = undefined;
    this.#view.notice.hide();
    if (isSameOption(this.#config, state.config)) return;
    this.#config = state.config;
    this.#transfer.setConfig(state.config);
    this.#applyLimits();
    this.#options.onConfig?.(state.config);
  }

  #showConfigFailure({ error, retry }: Extract<ConfigState, { status: 'failed' }>): void {
    const { say } = this.#locale;
    const { message, details } = toWidgetError(error, say);
    this.#view.notice.show([say('configFailed'), message, details], {
      label: say('tryAgain'),
      onClick: retry,
    });
  }

  #forgetConfig(): void {
    this.#config = undefined;
    this.#transfer.setConfig(undefined);
    this.#applyLimits();
  }

  #applyLimits(): void {
    const limits = mergeRestrictions(this.#options.restrictions, this.#config?.restrictions);
    const { say, language } = this.#locale;
    const types = listTypes(limits, say, language);
    // Uppy's own sentence would list the patterns: "image/*, .txt".
    const locale = this.#locale.withString('youCanOnlyUploadFileTypes', types && say('onlyTypes', { types }));
    this.uppy.setOptions({ restrictions: toUppyRestrictions(limits), locale: locale.uppy });
    this.#view.setLocale(locale);
    this.#view.setNote(this.#options.note ?? describeLimits(limits, say, language));
    this.#refuseWaiting(limits.maxFileCount);
  }

  /** What was dropped before the limits were known is judged by them now. */
  #refuseWaiting(maxFileCount: number | null): void {
    const refused = findRefused(this.uppy, maxFileCount);
    if (refused.length === 0) return;
    this.uppy.removeFiles(refused.map(({ file }) => file.id));
    for (const { file, reason } of refused.slice(0, MAX_TOASTS))
      this.#toast(this.#locale.say('refusedNow', { file: file.name, reason }));
    for (const { file, reason } of refused) this.#options.onError?.(new RefusedAtDrop(reason), file);
  }

  #applyAutoUpload(): void {
    const autoProceed = this.#options.autoUpload ?? false;
    this.uppy.setOptions({ autoProceed });
    const isWaiting = this.uppy.getFiles().some((file) => !file.progress.uploadStarted && !file.error);
    if (autoProceed && isWaiting) void this.uppy.upload().catch(() => {});
  }

  /** Where what tells of them cannot be loaded, the files go on all the same when they are dropped again. */
  #checkUnfinished(): void {
    this.#view.checkUnfinished().catch((error) => this.uppy.log(error, 'warning'));
  }

  #tellDuplicates(names: string[]): void {
    const { say } = this.#locale;
    const [file = ''] = names;
    const text =
      names.length === 1
        ? say('alreadyInList', { file })
        : say('moreAlreadyInList', { smart_count: names.length });
    this.#toast(text);
  }

  #tellLoadFailed(error: unknown, retry: () => void): void {
    if (this.#destroyed) return;
    this.uppy.log(error, 'error');
    const { say } = this.#locale;
    const onClick = () => {
      this.#view.notice.hide();
      retry();
    };
    this.#view.notice.show([say('loadFailed')], { label: say('tryAgain'), onClick });
  }

  #tellComplete({ successful = [], failed = [] }: UploadResult<WidgetMeta, WidgetBody>): void {
    const uploaded = successful.flatMap((file: WidgetFile) => {
      const object = this.uppy.getFile(file.id)?.response?.body ?? file.response?.body;
      return object ? [{ file, object }] : [];
    });
    this.#options.onComplete?.({ uploaded, failed });
  }

  #toast(text: string): void {
    this.uppy.info(text, 'error', TOAST_MS);
  }
}
