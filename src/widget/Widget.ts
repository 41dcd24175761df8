import type { ConfigAnswer } from '../protocol/messages.ts';
import { checkPace } from '../transfer/PaceOptions.ts';
import { AwakeSwitch } from '../uppy/AwakeSwitch.ts';
import { LeaveGuard } from '../uppy/LeaveGuard.ts';
import { ConfigKeeper } from './ConfigKeeper.ts';
import { CrowdUppy } from './CrowdUppy.ts';
import { DuplicateGuard } from './DuplicateGuard.ts';
import { FileLimits } from './FileLimits.ts';
import { isSameOption } from './isSameOption.ts';
import { ENGLISH, loadLocale } from './loadLocale.ts';
import { reportOutcomes } from './reportOutcomes.ts';
import { StoredFilesSwitch } from './StoredFilesSwitch.ts';
import { ThemeWatcher } from './ThemeWatcher.ts';
import { TransferSwitch } from './TransferSwitch.ts';
import { toWidgetError } from './WidgetError.ts';
import type { Translate, WidgetLocale } from './WidgetLocale.ts';
import type { WidgetBody, WidgetMeta, WidgetOptions } from './WidgetOptions.ts';
import { WidgetView } from './WidgetView.ts';

/** Toasts carry whole sentences. */
const TOAST_MS = 8_000;
let widgets = 0;

/** Uppy, its Dashboard and this project's engine as one thing with plain options. */
export class Widget {
  /** The Uppy instance inside, for whatever the options do not cover. */
  readonly uppy: CrowdUppy<WidgetMeta, WidgetBody>;
  /** Resolves when the language and the transfer are loaded and the widget can be used. */
  readonly ready: Promise<void>;
  readonly #view: WidgetView;
  readonly #limits: FileLimits;
  readonly #theme: ThemeWatcher;
  readonly #transfer: TransferSwitch;
  readonly #stored: StoredFilesSwitch;
  readonly #config: ConfigKeeper;
  readonly #guard: LeaveGuard<WidgetMeta, WidgetBody>;
  readonly #awake: AwakeSwitch<WidgetMeta, WidgetBody>;
  readonly #duplicates = new DuplicateGuard<WidgetMeta, WidgetBody>((names) => this.#tellDuplicates(names));
  #options: WidgetOptions;
  #locale = ENGLISH;
  #destroyed = false;

  /** @throws TypeError for a `maxBytesPerSecond` or `polite` that is none */
  constructor(target: Element, options: WidgetOptions) {
    checkPace(options);
    this.#options = { ...options };
    widgets += 1;
    this.uppy = new CrowdUppy<WidgetMeta, WidgetBody>({
      id: `bucketdrop-${widgets}`,
      infoTimeout: TOAST_MS,
      locale: this.#locale.uppy,
      onBeforeFileAdded: (file, files) =>
        this.#options.disabled ? false : this.#duplicates.check(this.uppy, file, files),
    });
    this.#theme = new ThemeWatcher((theme) => this.#view?.setTheme(theme));
    this.#theme.set(options.theme ?? 'auto');
    this.#view = new WidgetView(target, this.uppy, this.#locale, options, this.#theme.current);
    this.#limits = new FileLimits(this.uppy, this.#view, (text) => this.#toast(text));
    this.#guard = new LeaveGuard(this.uppy, options.warnBeforeLeaving ?? true);
    this.#awake = new AwakeSwitch(this.uppy);
    void this.#awake.setWanted(options.keepAwake ?? false);
    this.#transfer = new TransferSwitch(this.uppy, () => this.#options, {
      stored: (file, object) => {
        this.#stored.add(file, object);
        this.#options.onUploaded?.(file, object);
      },
      waiting: (trouble) => this.#view.setTrouble(trouble),
      describe: (error) => toWidgetError(error, this.#locale.say),
    });
    const say: Translate = (...words) => this.#locale.say(...words);
    this.#config = new ConfigKeeper(
      () => this.#options,
      say,
      this.#view.notice,
      (config) => this.#setConfig(config),
    );
    this.#stored = new StoredFilesSwitch(this.uppy, this.#view, () => ({
      options: this.#options,
      config: this.#config.config,
      locale: this.#locale,
    }));
    reportOutcomes(this.uppy, () => this.#options, say);
    this.#applyLimits();
    this.ready = this.#load();
    this.#config.ask();
  }

  /** The language that the widget speaks now. */
  get locale(): WidgetLocale {
    return this.#locale;
  }

  /**
   * Applies changed options at once. Files in the list stay, and so do uploads on their way.
   *
   * @throws TypeError for a `maxBytesPerSecond` or `polite` that is none; nothing has changed then
   */
  update(options: Partial<WidgetOptions>): void {
    if (this.#destroyed) return;
    checkPace(options);
    const before = this.#options;
    this.#options = { ...before, ...options };
    const changed = (...names: (keyof WidgetOptions)[]) =>
      names.some((name) => !isSameOption(before[name], this.#options[name]));
    if (changed('theme')) this.#theme.set(this.#options.theme ?? 'auto');
    if (changed('width', 'height', 'disabled', 'removeUploaded')) this.#view.setOptions(this.#options);
    if (changed('locale')) void this.#loadLocale();
    if (changed('transfer')) void this.#loadTransfer();
    if (
      changed(
        'endpoint',
        'kind',
        'credentials',
        'maxConcurrentRequests',
        'maxBytesPerSecond',
        'polite',
        'retry',
        'stallTimeoutMs',
        'journal',
        'keepSmallFiles',
      )
    )
      this.#transfer.refresh();
    if (changed('endpoint', 'kind', 'journal')) this.#checkUnfinished();
    if (changed('keepAwake')) void this.#awake.setWanted(this.#options.keepAwake ?? false);
    if (changed('warnBeforeLeaving')) this.#guard.setWanted(this.#options.warnBeforeLeaving ?? true);
    if (changed('endpoint', 'kind')) this.#config.forget();
    if (changed('endpoint', 'kind', 'credentials', 'headers', 'config')) this.#config.ask();
    if (changed('restrictions', 'note')) this.#applyLimits();
    if (changed('endpoint', 'credentials', 'disabled', 'storedFiles')) this.#stored.refresh();
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
    this.#config.destroy();
    this.#theme.destroy();
    this.#duplicates.destroy();
    this.#transfer.destroy();
    this.#guard.destroy();
    this.#stored.destroy();
    void this.#awake.setWanted(false);
    this.uppy.destroy();
    this.#view.remove();
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
      this.#config.translate();
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

  #setConfig(config: ConfigAnswer | undefined): void {
    this.#transfer.setConfig(config);
    this.#applyLimits();
  }

  #applyLimits(): void {
    this.#limits.apply(this.#options, this.#config.config, this.#locale);
    this.#stored.refresh();
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

  #toast(text: string): void {
    this.uppy.info(text, 'error', TOAST_MS);
  }
}
