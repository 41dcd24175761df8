import { BasePlugin, type Body, type Meta, type PluginOpts, type Uppy, type UppyFile } from '@uppy/core';
import { isPreviewSupported } from '@uppy/core/utils';
import type ThumbnailGenerator from '@uppy/thumbnail-generator';

interface LazyThumbnailOptions extends PluginOpts {
  thumbnailWidth?: number | null;
  thumbnailHeight?: number | null;
  thumbnailType?: string;
  waitForThumbnailsBeforeUpload?: boolean;
  lazy?: boolean;
}

/**
 * Stands in for Uppy's ThumbnailGenerator, which a third of all uploads never need and which brings a reader of EXIF
 * along: the real one is loaded with the first image. The build of the script-tag file puts it in its place.
 */
export default class LazyThumbnailGenerator<M extends Meta = Meta, B extends Body = Body> extends BasePlugin<
  LazyThumbnailOptions,
  M,
  B
> {
  #loading: Promise<typeof import('@uppy/thumbnail-generator')> | undefined;
  #real: ThumbnailGenerator<M, B> | undefined;
  #installed = false;

  constructor(uppy: Uppy<M, B>, opts: LazyThumbnailOptions) {
    super(uppy, opts);
    this.id = opts.id ?? 'ThumbnailGenerator';
    this.type = 'modifier';
  }

  override install(): void {
    this.#installed = true;
    this.uppy.on('thumbnail:request', this.#onRequest);
  }

  override uninstall(): void {
    this.#installed = false;
    this.uppy.off('thumbnail:request', this.#onRequest);
    if (this.#real) this.uppy.removePlugin(this.#real);
    this.#real = undefined;
  }

  override setOptions(opts: Partial<LazyThumbnailOptions>): void {
    super.setOptions(opts);
    this.#real?.setOptions(opts);
  }

  /** What the Dashboard calls for the big picture of a single file. Never rejects: a file without one has its icon. */
  async requestThumbnail(file: UppyFile<M, B>): Promise<void> {
    if (!isPreviewSupported(file.type)) return;
    await (await this.#load())?.requestThumbnail(file);
  }

  /** Once it is there, the real one listens for itself. */
  readonly #onRequest = (file: UppyFile<M, B>): void => {
    if (this.#real || file.isRemote || !isPreviewSupported(file.type)) return;
    void this.#load().then((real) => {
      const current = this.uppy.getFile(file.id);
      if (current && !current.preview) real?.addToQueue(file.id);
    });
  };

  async #load(): Promise<ThumbnailGenerator<M, B> | undefined> {
    this.#loading ??= import('@uppy/thumbnail-generator');
    try {
      const { default: Real } = await this.#loading;
      if (!this.#installed || this.#real) return this.#real;
      const id = `${this.id}:loaded`;
      this.uppy.use(Real<M, B>, { ...this.opts, id });
      this.#real = this.uppy.getPlugin<ThumbnailGenerator<M, B>>(id);
      return this.#real;
    } catch (error) {
      this.#loading = undefined;
      this.uppy.log(error as Error, 'warning');
      return undefined;
    }
  }
}
