import type { Uppy } from '@uppy/core';
import type { ConfigAnswer } from '../protocol/messages.ts';
import { DirectUpload } from '../uppy/DirectUpload.ts';
import type { DirectUploadOptions } from '../uppy/DirectUploadOptions.ts';
import { resolveHeaders, resolveMetadata } from './resolveOptions.ts';
import type { TransferHooks, WidgetBody, WidgetFile, WidgetMeta, WidgetOptions } from './WidgetOptions.ts';

type Kind = NonNullable<WidgetOptions['transfer']>;

/** Installs the plugin that carries the bytes: ours, or the stock one, which is loaded only when it is wanted. */
export class TransferSwitch {
  readonly #uppy: Uppy<WidgetMeta, WidgetBody>;
  readonly #options: () => WidgetOptions;
  readonly #hooks: TransferHooks;
  #kind: Kind | undefined;
  #uninstall: (() => void) | undefined;
  #config: ConfigAnswer | undefined;

  constructor(uppy: Uppy<WidgetMeta, WidgetBody>, options: () => WidgetOptions, hooks: TransferHooks) {
    this.#uppy = uppy;
    this.#options = options;
    this.#hooks = hooks;
  }

  /**
   * Puts the wished plugin in place. One that is at work is replaced when its batch is done.
   *
   * @throws TypeError if the stock plugin cannot be loaded
   */
  async set(kind: Kind): Promise<void> {
    if (this.#kind === kind) return;
    this.#kind = kind;
    if (Object.keys(this.#uppy.getState().currentUploads).length > 0) await this.#batchDone();
    if (this.#kind !== kind) return;
    this.#uninstall?.();
    this.#uninstall = undefined;
    if (kind === 'direct') {
      this.#uninstall = this.#installDirect();
      return;
    }
    try {
      const { StockTransfer } = await import('./StockTransfer.ts');
      if (this.#kind !== kind) return;
      const stock = new StockTransfer(this.#uppy, this.#options, () => this.#config, this.#hooks);
      this.#uninstall = () => stock.uninstall();
    } catch (error) {
      if (this.#kind === kind) this.#kind = undefined;
      throw error;
    }
  }

  setConfig(config: ConfigAnswer | undefined): void {
    this.#config = config;
    this.#uppy.getPlugin('DirectUpload')?.setOptions({ config });
  }

  /** The widget's options have changed. */
  refresh(): void {
    this.#uppy.getPlugin('DirectUpload')?.setOptions(this.#directOptions());
  }

  /** Only stops what is under way, while to Uppy a file that is taken away is one that is given up. */
  destroy(): void {
    if (this.#kind === 'direct') this.#uninstall?.();
  }

  #directOptions(): DirectUploadOptions<WidgetMeta, WidgetBody> {
    const { endpoint, kind, credentials, dialect } = this.#options();
    const { maxConcurrentRequests, retry, stallTimeoutMs, journal, keepSmallFiles } = this.#options();
    const tuning = { maxConcurrentRequests, retry, stallTimeoutMs, journal, keepSmallFiles };
    const { maxBytesPerSecond, polite } = this.#options();
    const pace = { maxBytesPerSecond, polite };
    return { endpoint, kind, credentials, dialect, ...tuning, ...pace, config: this.#config };
  }

  #installDirect(): () => void {
    this.#uppy.use(DirectUpload<WidgetMeta, WidgetBody>, {
      ...this.#directOptions(),
      headers: async () => resolveHeaders(this.#options().headers),
      metadata: (file) => resolveMetadata(this.#options().metadata, file),
      onTrouble: (trouble) => this.#hooks.waiting(trouble),
      // The widget lists all failures itself.
      maxErrorToasts: 0,
    });
    this.#uppy.on('upload-success', this.#onSuccess);
    return () => {
      this.#uppy.off('upload-success', this.#onSuccess);
      const plugin = this.#uppy.getPlugin('DirectUpload');
      if (plugin) this.#uppy.removePlugin(plugin);
    };
  }

  readonly #onSuccess = (
    file: WidgetFile | undefined,
    response: NonNullable<WidgetFile['response']>,
  ): void => {
    if (file && response.body) this.#hooks.stored(this.#uppy.getFile(file.id) ?? file, response.body);
  };

  #batchDone(): Promise<void> {
    return new Promise((resolve) => this.#uppy.once('complete', () => resolve()));
  }
}
