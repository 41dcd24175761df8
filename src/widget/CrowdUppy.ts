import Uppy, { type Body, type Meta, type UppyEventMap } from '@uppy/core';
import { nextTurn, startSlice } from '../transfer/forEachInSlices.ts';
import { CrowdStore } from './CrowdStore.ts';

type Files<M extends Meta, B extends Body> = Parameters<Uppy<M, B>['addFiles']>[0];
type FilesPatch<M extends Meta, B extends Body> = Parameters<Uppy<M, B>['patchFilesState']>[0];
type FilesPerState<M extends Meta, B extends Body> = ReturnType<Uppy<M, B>['getObjectOfFilesPerState']>;

/** Of files whose size is known already, adding so many takes about as long as a slice may. */
const SLICE_FILES = 250;

/**
 * Uppy, as it is, for lists of thousands of files: a large drop is added in slices, between which the page can answer,
 * and what happens to many files at once is written with one copy of the table of files.
 */
export class CrowdUppy<M extends Meta, B extends Body> extends Uppy<M, B> {
  #waiting: Files<M, B> = [];
  #adding: Promise<void> | undefined;
  /** What is wanted after the last slice: begun with the first, the rest would become uploads of their own. */
  #autoProceed = false;
  /** Asked for several times in each rendering. */
  #perState: { of: unknown; files: FilesPerState<M, B> } | undefined;

  constructor(options: ConstructorParameters<typeof Uppy<M, B>>[0] = {}) {
    super({ ...options, store: new CrowdStore<M, B>() });
  }

  /** The first slice is in the list when this returns, the others follow; `upload()` waits for them. */
  override addFiles(files: Files<M, B>): void {
    if (this.#adding) {
      this.#waiting = [...this.#waiting, ...files];
      return;
    }
    const known = lookUp(files);
    if (known === files.length && (known <= SLICE_FILES || this.#isLimited(files))) {
      this.#addAtOnce(files);
      return;
    }
    this.#waiting = [...files];
    this.#adding = this.#addWaiting(known).finally(() => {
      this.#adding = undefined;
    });
  }

  override addFile(file: Parameters<Uppy<M, B>['addFile']>[0]): string {
    return this.#withoutCopies([file as Files<M, B>[number]], () => super.addFile(file));
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
    if (this.#adding) {
      await this.#adding;
      // What begins now takes a slice of its own.
      await nextTurn();
    }
    return super.upload();
  }

  override emit<T extends keyof UppyEventMap<M, B>>(
    event: T,
    ...args: Parameters<UppyEventMap<M, B>[T]>
  ): void {
    this.#store.whileAllIsShown(() => super.emit(event, ...args));
  }

  override getObjectOfFilesPerState(): FilesPerState<M, B> {
    const state = this.getState();
    if (this.#perState?.of !== state) this.#perState = { of: state, files: super.getObjectOfFilesPerState() };
    return this.#perState.files;
  }

  /** What `run` changes of files becomes visible to the page at its end, with one copy of the table. */
  batch(run: () => void): void {
    this.#store.batch(run);
  }

  override patchFilesState(patch: FilesPatch<M, B>): void {
    const { draft } = this.#store;
    if (!draft) {
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

  get #store(): CrowdStore<M, B> {
    return this.store as CrowdStore<M, B>;
  }

  /** @param known of how many, from the first on, the size is known */
  async #addWaiting(known: number): Promise<void> {
    this.#autoProceed = this.opts.autoProceed;
    this.opts.autoProceed = false;
    let length = Math.min(known, SLICE_FILES);
    if (this.#isLimited(this.#waiting)) {
      for (let done = known; done < this.#waiting.length; done += lookUp(this.#waiting.slice(done)))
        await nextTurn();
      if (this.#isTooMuch(this.#waiting)) length = this.#waiting.length;
    }
    while (this.#waiting.length > 0) {
      const slice = this.#waiting.slice(0, length);
      this.#waiting = this.#waiting.slice(length);
      if (this.#waiting.length === 0) this.opts.autoProceed = this.#autoProceed;
      this.#addSlice(slice);
      if (this.#waiting.length > 0) await nextTurn();
      length = lookUp(this.#waiting.slice(0, SLICE_FILES));
    }
    this.opts.autoProceed = this.#autoProceed;
  }

  /** Whatever goes wrong has been told to the person by core, and does not keep the others from being added. */
  #addSlice(files: Files<M, B>): void {
    try {
      this.#addAtOnce(files);
    } catch (error) {
      this.log(error as Error, 'error');
    }
  }

  #addAtOnce(files: Files<M, B>): void {
    this.#withoutCopies(files, () => super.addFiles(files));
  }

  #withoutCopies<T>(files: Files<M, B>, add: () => T): T {
    const isCounted = this.#isLimited(files) && this.#isTooMuch(files);
    const decide = this.opts.onBeforeFileAdded;
    return this.#store.add(isCounted, (all) => {
      const decideWithAll: typeof decide = (file, made) => {
        const known = all(made);
        return this.#store.whileAllIsShown(() => decide(file, known));
      };
      this.opts.onBeforeFileAdded = decideWithAll;
      try {
        return add();
      } finally {
        if (this.opts.onBeforeFileAdded === decideWithAll) this.opts.onBeforeFileAdded = decide;
      }
    });
  }

  /** Whether so many may be more than the limits to all files together allow, if nothing is known of their sizes. */
  #isLimited({ length }: Files<M, B>): boolean {
    const { maxNumberOfFiles, maxTotalFileSize } = this.opts.restrictions;
    const count = this.getFiles().length + length;
    return maxTotalFileSize != null || (maxNumberOfFiles != null && count > maxNumberOfFiles);
  }

  /** The same, knowing their sizes, which are asked for. */
  #isTooMuch(files: Files<M, B>): boolean {
    const { maxNumberOfFiles, maxTotalFileSize } = this.opts.restrictions;
    const sizes = [...this.getFiles(), ...files.map(({ data }) => data)].map(({ size }) => size ?? 0);
    return (
      (maxNumberOfFiles != null && sizes.length > maxNumberOfFiles) ||
      (maxTotalFileSize != null && sizes.reduce((sum, size) => sum + size, 0) > maxTotalFileSize)
    );
  }
}

/**
 * Has the browser look up size and date of files: it asks the system when they are first read, and the page waits for
 * each answer.
 *
 * @returns how many are known when the page has to get its turn
 */
function lookUp(files: readonly { data: { size?: unknown; lastModified?: unknown } }[]): number {
  const isOver = startSlice();
  let count = 0;
  for (const { data } of files) {
    if (count > 0 && isOver()) break;
    void [data.size, data.lastModified];
    count += 1;
  }
  return count;
}
