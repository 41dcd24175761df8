import type { Body, Meta, Uppy } from '@uppy/core';

export interface FailureToastsOptions {
  /** How many toasts of a burst are shown one by one; 0 shows none at all. */
  limit: number;
  /** The sentence that stands for all that were withheld. */
  summarize: (count: number) => string;
}

/**
 * Uppy's core shows a toast for every failed file. When five hundred fail together, only the first few are let
 * through and the others are counted in one.
 */
export class FailureToasts<M extends Meta, B extends Body> {
  readonly #uppy: Uppy<M, B>;
  readonly #options: FailureToastsOptions;
  #shown = 0;
  #withheld = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(uppy: Uppy<M, B>, options: FailureToastsOptions) {
    this.#uppy = uppy;
    this.#options = options;
  }

  /** @param emit emits `upload-error` for the file of this name */
  announce(fileName: string, emit: () => void): void {
    const { infoTimeout } = this.#uppy.opts;
    this.#timer ??= setTimeout(() => this.#endBurst(), infoTimeout);
    if (this.#shown < this.#options.limit) {
      this.#shown += 1;
      emit();
    } else {
      this.#withheld += 1;
      this.#withoutToast(fileName, emit);
    }
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #endBurst(): void {
    const withheld = this.#withheld;
    this.#timer = undefined;
    this.#shown = 0;
    this.#withheld = 0;
    if (withheld === 0 || this.#options.limit === 0) return;
    this.#uppy.info(this.#options.summarize(withheld), 'error', this.#uppy.opts.infoTimeout);
  }

  /** Core has no option for this. Only its own sentence is held back: what a listener of the page says, is said. */
  #withoutToast(fileName: string, emit: () => void): void {
    const uppy = this.#uppy;
    const own = Object.getOwnPropertyDescriptor(uppy, 'info');
    const info = uppy.info;
    const sentence = uppy.i18n('failedToUpload', { file: fileName });
    uppy.info = (message, ...rest) => {
      if (typeof message === 'object' && message.message === sentence) return;
      info.call(uppy, message, ...rest);
    };
    try {
      emit();
    } finally {
      if (own) Object.defineProperty(uppy, 'info', own);
      else delete (uppy as { info?: unknown }).info;
    }
  }
}
