import Uppy, { type Body, type Meta } from '@uppy/core';

type Files<M extends Meta, B extends Body> = Parameters<Uppy<M, B>['addFiles']>[0];
type FilesPatch<M extends Meta, B extends Body> = Parameters<Uppy<M, B>['patchFilesState']>[0];

/** For each file that is added, core looks at the whole list and asks the browser for its size: so many in one go are not felt. */
const SLICE_FILES = 40;

/**
 * Uppy, as it is, for lists of thousands of files. Core copies its whole table of files for each file that is added
 * and for each that changes, which takes the square of their number: here a large drop is added in slices, between
 * which the page can answer, and what happens to many files at once is written with one copy.
 */
export class CrowdUppy<M extends Meta, B extends Body> extends Uppy<M, B> {
  #waiting: Files<M, B> = [];
  #adding: Promise<void> | undefined;
  /** What is wanted after the last slice: begun with the first, the rest would become uploads of their own. */
  #autoProceed = false;
  /** The table that a batch writes into; nobody else has seen it yet. */
  #draft: ReturnType<Uppy<M, B>['getState']>['files'] | undefined;

  /** The first slice is in the list when this returns, the others follow; `upload()` waits for them. */
  override addFiles(files: Files<M, B>): void {
    if (this.#adding) {
      this.#waiting.push(...files);
      return;
    }
    // Core refuses a drop as a whole that is too much for the limits.
    if (files.length <= SLICE_FILES || this.#mayBeTooMany(files.length)) {
      super.addFiles(files);
      return;
    }
    this.#waiting = files.slice(SLICE_FILES);
    this.#adding = this.#addWaiting(files.slice(0, SLICE_FILES)).finally(() => {
      this.#adding = undefined;
    });
  }

  override setOptions(options: Parameters<Uppy<M, B>['setOptions']>[0]): void {
    const { autoProceed } = options;
    if (!this.#adding || autoProceed === undefined) {
      super.setOptions(options);
      return;
    }
    this.#autoProceed = autoProceed;
    super.setOptions({ ...options, autoProceed: false });
  }

  override async upload(): ReturnType<Uppy<M, B>['upload']> {
    await this.#adding;
    return super.upload();
  }

  /** What `run` changes of files becomes visible to the page at its end, with two copies of the table in all. */
  batch(run: () => void): void {
    if (this.#draft) {
      run();
      return;
    }
    this.#draft = { ...this.getState().files };
    this.setState({ files: this.#draft });
    try {
      run();
    } finally {
      const { files } = this.getState();
      if (files === this.#draft) this.setState({ files: { ...files } });
      this.#draft = undefined;
    }
  }

  override patchFilesState(patch: FilesPatch<M, B>): void {
    const draft = this.#draft;
    if (!draft || this.getState().files !== draft) {
      super.patchFilesState(patch);
      return;
    }
    for (const [fileId, change] of Object.entries(patch))
      draft[fileId] = { ...draft[fileId], ...change } as (typeof draft)[string];
  }

  override destroy(): void {
    this.#waiting = [];
    super.destroy();
  }

  #mayBeTooMany(count: number): boolean {
    const { maxNumberOfFiles, maxTotalFileSize } = this.opts.restrictions;
    const all = Object.keys(this.getState().files).length + count;
    return maxTotalFileSize != null || (maxNumberOfFiles != null && all > maxNumberOfFiles);
  }

  async #addWaiting(first: Files<M, B>): Promise<void> {
    this.#autoProceed = this.opts.autoProceed;
    this.opts.autoProceed = false;
    this.#add(first);
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setTimeout(resolve));
      // Nobody waits for an answer of a hidden page, whose timers are slow.
      const slice = this.#waiting.splice(0, globalThis.document?.hidden ? this.#waiting.length : SLICE_FILES);
      if (this.#waiting.length === 0) this.opts.autoProceed = this.#autoProceed;
      if (slice.length > 0) this.#add(slice);
    }
    this.opts.autoProceed = this.#autoProceed;
  }

  /** Whatever goes wrong has been told to the person by core, and does not keep the others from being added. */
  #add(files: Files<M, B>): void {
    try {
      super.addFiles(files);
    } catch (error) {
      this.log(error as Error, 'error');
    }
  }
}
