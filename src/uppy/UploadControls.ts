import type { Body, Meta, Uppy, UppyFile } from '@uppy/core';
import { forEachInSlices, nextTurn, startSlice } from '../transfer/forEachInSlices.ts';
import type { Upload } from '../transfer/Upload.ts';
import type { UploadFailure } from './UploadFailure.ts';
import type { UploadTable } from './UploadTable.ts';

/** The person's hand on uploads that run: pause, resume, remove, as Uppy's events tell them. */
export class UploadControls<M extends Meta, B extends Body> {
  readonly #uppy: Uppy<M, B>;
  readonly #table: UploadTable;
  readonly #describe: (error: unknown) => UploadFailure;
  readonly #canceling = new Set<Promise<void>>();
  #toCancel: Upload[] = [];
  #slice: (() => boolean) | undefined;

  constructor(uppy: Uppy<M, B>, table: UploadTable, describe: (error: unknown) => UploadFailure) {
    this.#uppy = uppy;
    this.#table = table;
    this.#describe = describe;
  }

  listen(): void {
    this.#uppy.on('upload-pause', this.#onPause);
    this.#uppy.on('pause-all', this.#onPauseAll);
    this.#uppy.on('resume-all', this.#onResumeAll);
    this.#uppy.on('file-removed', this.#onRemoved);
  }

  stopListening(): void {
    this.#uppy.off('upload-pause', this.#onPause);
    this.#uppy.off('pause-all', this.#onPauseAll);
    this.#uppy.off('resume-all', this.#onResumeAll);
    this.#uppy.off('file-removed', this.#onRemoved);
  }

  /** Gives one up, also in the bucket. */
  cancel(fileId: string): void {
    const upload = this.#table.take(fileId);
    if (!upload) return;
    if (this.#toCancel.length === 0 && !this.#isSliceOver()) {
      this.#track(upload.cancel());
      return;
    }
    // One by one, thousands are removed at once.
    this.#toCancel.push(upload);
    if (this.#toCancel.length === 1) this.#track(nextTurn().then(() => this.#cancelWaiting()));
  }

  /** Resolves when the endpoint has been told of all that was canceled. */
  async canceled(): Promise<void> {
    await Promise.all(this.#canceling);
  }

  #track(canceling: Promise<void>): void {
    const tracked = canceling.finally(() => this.#canceling.delete(tracked));
    this.#canceling.add(tracked);
  }

  async #cancelWaiting(): Promise<void> {
    const uploads = this.#toCancel;
    this.#toCancel = [];
    // What has begun first; and the next in the queue would begin while those behind it are taken out.
    uploads.sort((a, b) => Number(a.state === 'queued') - Number(b.state === 'queued') || b.order - a.order);
    const canceling: Promise<void>[] = [];
    await forEachInSlices(uploads, (upload) => canceling.push(upload.cancel()));
    await Promise.all(canceling);
  }

  #isSliceOver(): boolean {
    if (!this.#slice) {
      this.#slice = startSlice();
      void nextTurn().then(() => {
        this.#slice = undefined;
      });
    }
    return this.#slice();
  }

  readonly #onPause = (file: UppyFile<M, B> | undefined, isPaused: boolean): void => {
    const upload = file && this.#table.get(file.id);
    if (isPaused) upload?.pause();
    else upload?.resume();
  };

  readonly #onPauseAll = (): void => {
    for (const upload of this.#table.uploads()) upload.pause();
  };

  readonly #onResumeAll = (): void => {
    const stillFailed: Record<string, { error: string }> = {};
    for (const fileId of this.#table.fileIds()) {
      const upload = this.#table.get(fileId);
      upload?.resume();
      if (upload?.state !== 'failed' || !this.#uppy.getFile(fileId)) continue;
      // Core has just taken the error away from every file that is not done, but nobody retries this one.
      const { message, details } = this.#describe(upload.error);
      stillFailed[fileId] = { error: `${message} ${details}` };
    }
    if (Object.keys(stillFailed).length > 0) this.#uppy.patchFilesState(stillFailed);
  };

  readonly #onRemoved = (file: UppyFile<M, B>): void => this.cancel(file.id);
}
