import type { Body, Meta, Uppy } from '@uppy/core';
import { gather } from '../transfer/gather.ts';

/** While others still run, the Dashboard shall show their progress instead of "failed" over everything. */
export class FailureState<M extends Meta, B extends Body> {
  readonly #uppy: Uppy<M, B>;
  readonly #isBusy: () => boolean;
  #hasFailed = false;

  constructor(uppy: Uppy<M, B>, isBusy: () => boolean) {
    this.#uppy = uppy;
    this.#isBusy = isBusy;
  }

  fileFailed(): void {
    this.#hasFailed = true;
  }

  /** A file is stored, has failed or is gone. */
  readonly fileSettled = gather(() => {
    if (!this.#hasFailed) return;
    const failed = this.#uppy.getFiles().find((file) => file.error);
    this.#hasFailed = failed !== undefined;
    if (!failed) return;
    this.#uppy.setState({ error: this.#isBusy() ? null : (failed.error ?? null) });
  });
}
