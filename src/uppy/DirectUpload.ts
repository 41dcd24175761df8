import { BasePlugin, type Body, type Meta, type State, type Uppy, type UppyFile } from '@uppy/core';
import { filterFilesToEmitUploadStarted, filterFilesToUpload } from '@uppy/core/utils';
import { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import type { ConfigAnswer, StoredObject } from '../protocol/messages.ts';
import { Deferred } from '../transfer/Deferred.ts';
import { forEachInSlices, nextTurn } from '../transfer/forEachInSlices.ts';
import { hasNotes } from '../transfer/journal/hasNotes.ts';
import { Transfer } from '../transfer/Transfer.ts';
import type { UnfinishedUpload } from '../transfer/TransferOptions.ts';
import type { Upload } from '../transfer/Upload.ts';
import { AwakeSwitch } from './AwakeSwitch.ts';
import type { DirectUploadOptions } from './DirectUploadOptions.ts';
import { FailureState } from './FailureState.ts';
import { FailureToasts } from './FailureToasts.ts';
import { fileMetadata } from './fileMetadata.ts';
import { inBatch } from './inBatch.ts';
import { LeaveGuard } from './LeaveGuard.ts';
import { locale } from './locale.ts';
import { OutcomeQueue } from './OutcomeQueue.ts';
import { type Moved, patchProgress, reportProgress } from './reportProgress.ts';
import { reportProving } from './reportProving.ts';
import { stopUploads } from './stopUploads.ts';
import { transferOptions } from './transferOptions.ts';
import { UploadControls } from './UploadControls.ts';
import { toUploadFailure, UploadFailure } from './UploadFailure.ts';
import { UploadTable } from './UploadTable.ts';

declare module '@uppy/core' {
  interface PluginTypeRegistry<M extends Meta, B extends Body> {
    DirectUpload: DirectUpload<M, B>;
  }
}

const DEFAULT_ERROR_TOASTS = 3;
/** So many files at once are announced in a moment that the page feels. */
const CROWD = 1_000;
const CAPABILITY = 'resumableUploads';

/**
 * Uppy's way to BucketDrop's engine: sends each file straight into the bucket, many parts at a time.
 * `upload-success` comes with the stored object as `response.body`; a retried file goes on where it failed.
 *
 * A file that is removed or canceled is given up in the bucket as well. An uninstalled plugin only stops: what the
 * journal knows goes on when the same file is added again, on this page or after a reload. `uppy.destroy()` removes
 * every file first, so where uploads shall outlive it, call `uppy.removePlugin(uppy.getPlugin('DirectUpload'))` before.
 *
 * @example
 * new Uppy().use(Dashboard, { inline: true, target: '#files' }).use(DirectUpload, { endpoint: '/api/uploads' });
 */
export class DirectUpload<M extends Meta = Meta, B extends Body = Body> extends BasePlugin<
  DirectUploadOptions<M, B>,
  M,
  B
> {
  readonly #transfer: Transfer;
  readonly #toasts: FailureToasts<M, B>;
  readonly #failure: FailureState<M, B>;
  readonly #guard: LeaveGuard<M, B>;
  readonly #awake: AwakeSwitch<M, B>;
  readonly #table = new UploadTable();
  readonly #controls: UploadControls<M, B>;
  readonly #running = new Map<string, Promise<void>>();
  readonly #uninstalled = new Deferred<never>();
  readonly #outcomes: OutcomeQueue;
  #isUninstalled = false;

  constructor(uppy: Uppy<M, B>, opts: DirectUploadOptions<M, B>) {
    super(uppy, opts);
    this.id = opts.id ?? 'DirectUpload';
    this.type = 'uploader';
    this.defaultLocale = locale;
    this.i18nInit();
    this.#outcomes = new OutcomeQueue((run) => inBatch(uppy, run));
    this.#transfer = new Transfer({
      ...transferOptions(opts),
      onProgress: (uploads) => this.#report(uploads),
    });
    this.#guard = new LeaveGuard(uppy, opts.warnBeforeLeaving ?? false);
    this.#awake = new AwakeSwitch(uppy);
    this.#controls = new UploadControls(uppy, this.#table, (error) => toUploadFailure(error, this.i18n));
    this.#failure = new FailureState(uppy, () => this.#running.size > 0);
    this.#toasts = new FailureToasts(uppy, {
      limit: opts.maxErrorToasts ?? DEFAULT_ERROR_TOASTS,
      summarize: (count) => this.i18n('moreFilesFailed', { smart_count: count }),
    });
  }

  override install(): void {
    this.#setCapability(true);
    this.uppy.addUploader(this.#upload);
    this.#controls.listen();
    this.#applyPageOptions();
  }

  override uninstall(): void {
    this.uppy.removeUploader(this.#upload);
    this.#controls.stopListening();
    this.#guard.destroy();
    void this.#awake.setWanted(false);
    this.#setCapability(false);
    this.#toasts.destroy();
    this.#isUninstalled = true;
    this.#uninstalled.reject(new BucketDropError('canceled', 'The plugin was uninstalled'));
    const stopped = stopUploads(this.#table.uploads(), this.opts.journal);
    for (const fileId of this.#table.fileIds()) this.#table.take(fileId);
    // What was canceled a moment ago still has to be told to the endpoint.
    void Promise.all([stopped, this.#controls.canceled()]).then(() => this.#transfer.destroy());
  }

  override setOptions(opts: Partial<DirectUploadOptions<M, B>>): void {
    this.#transfer.setOptions(transferOptions(opts));
    super.setOptions(opts);
    this.#applyPageOptions();
  }

  /** `uppy.clear()` empties the list without an event for each file. */
  override update({ files }: Partial<State<M, B>>): void {
    if (this.#table.size === 0 || !files) return;
    const { firstFileId = '' } = this.#table;
    if (Object.hasOwn(files, firstFileId) || Object.keys(files).length > 0) return;
    for (const fileId of this.#table.fileIds()) this.#controls.cancel(fileId);
  }

  /**
   * Asks the endpoint what it accepts.
   *
   * @throws BucketDropError
   */
  config(): Promise<ConfigAnswer> {
    return this.#transfer.config();
  }

  /**
   * Uploads to this endpoint that a reload or a crash interrupted and that no tab is at work on. Each goes on when the
   * same file is added and uploaded again. Never rejects.
   */
  async unfinished(): Promise<UnfinishedUpload[]> {
    const { journal = true } = this.opts;
    if (journal === false || (journal === true && !(await hasNotes()))) return [];
    return this.#transfer.unfinished();
  }

  /** Gives one of the unfinished uploads up, also in the bucket. Never rejects. */
  discard(id: string): Promise<void> {
    return this.#transfer.discard(id);
  }

  readonly #upload = async (fileIds: string[]): Promise<void> => {
    // What core does to begin with takes a slice of its own then.
    if (fileIds.length > CROWD) await nextTurn();
    const known = fileIds.map((id) => this.uppy.getFile(id)).filter((file) => file !== undefined);
    const files = filterFilesToUpload(known).filter((file) => !this.#running.has(file.id));
    inBatch(this.uppy, () => this.#announce(files));
    if (files.length > CROWD) await nextTurn();
    await forEachInSlices(files, ({ id }) => {
      // It may have been removed or paused meanwhile.
      const file = this.uppy.getFile(id);
      if (!file) return;
      const run = this.#run(file).finally(() => {
        this.#running.delete(id);
        this.#failure.fileSettled();
      });
      this.#running.set(id, run);
      if (file.isPaused) this.#table.get(id)?.pause();
    });
    await Promise.all(known.map((file) => this.#running.get(file.id)));
  };

  /** Core takes `upload-start` for a start at zero; what is already in the bucket is put back before anyone sees it. */
  #announce(files: UppyFile<M, B>[]): void {
    this.uppy.emit('upload-start', filterFilesToEmitUploadStarted(files));
    const begun = files.map(({ id, size }) => {
      const sentBytes = this.#table.get(id)?.sentBytes ?? 0;
      return { fileId: id, sentBytes, sizeBytes: size ?? 0 };
    });
    patchProgress(this.uppy, begun);
  }

  async #run(file: UppyFile<M, B>): Promise<void> {
    try {
      if (this.#isUninstalled) return await this.#uninstalled.promise;
      const upload = this.#start(file);
      const object = await Promise.race([upload.finished, this.#uninstalled.promise]);
      await this.#outcomes.add(() => this.#succeed(file.id, object));
    } catch (error) {
      if (this.uppy.getFile(file.id)) await this.#outcomes.add(() => this.#fail(file.id, error));
    }
  }

  #start(file: UppyFile<M, B>): Upload {
    const failed = this.#table.get(file.id);
    if (failed?.state === 'failed') {
      failed.retry();
      return failed;
    }
    if (file.isRemote || !file.data) {
      const code = file.isRemote ? 'remote-file' : 'file-changed';
      throw new UploadFailure(code, this.i18n(`error.${code}`), this.i18n(`hint.${code}`));
    }
    const { allowedMetaFields = false, metadata = {} } = this.opts;
    const upload = this.#transfer.add({
      id: this.#table.nextSourceId(),
      name: file.name,
      type: file.type,
      blob: file.data,
      sizeBytes: file.size ?? undefined,
      metadata: fileMetadata(file, allowedMetaFields, metadata),
    });
    this.#table.add(file.id, upload);
    return upload;
  }

  #succeed(fileId: string, object: StoredObject): void {
    this.#table.take(fileId);
    const file = this.uppy.getFile(fileId);
    if (!file) return;
    const body = object as unknown as B;
    this.uppy.emit('upload-success', file, { status: 200, body });
  }

  #fail(fileId: string, error: unknown): void {
    const file = this.uppy.getFile(fileId);
    if (!file) return;
    this.#failure.fileFailed();
    const failure = error instanceof UploadFailure ? error : toUploadFailure(error, this.i18n);
    const response =
      isBucketDropError(error) && error.status !== undefined ? { status: error.status } : undefined;
    this.#toasts.announce(file.name, () => this.uppy.emit('upload-error', file, failure, response));
  }

  #report(uploads: readonly Upload[]): void {
    const moved: Moved[] = [];
    for (const upload of uploads) {
      const fileId = this.#table.fileIdOf(upload);
      if (fileId !== undefined && upload.state !== 'done')
        moved.push({ fileId, sentBytes: upload.sentBytes, sizeBytes: upload.sizeBytes });
    }
    inBatch(this.uppy, () => reportProgress(this.uppy, moved));
    reportProving(this, this.#table.uploads());
  }

  #applyPageOptions(): void {
    const { warnBeforeLeaving = false, keepAwake = false } = this.opts;
    this.#guard.setWanted(warnBeforeLeaving);
    void this.#awake.setWanted(keepAwake);
  }

  #setCapability(value: boolean): void {
    const { capabilities } = this.uppy.getState();
    this.uppy.setState({ capabilities: { ...capabilities, [CAPABILITY]: value } });
  }
}
