import type { Body, Meta, Uppy } from '@uppy/core';

/**
 * Lets the browser ask before the page is left while files are being sent, wait for their turn or are paused. What has
 * failed or was never started is no reason to hold anyone up; and with no reason there is no listener, which would cost
 * the page its place in the back/forward cache.
 */
export class LeaveGuard<M extends Meta, B extends Body> {
  readonly #uppy: Uppy<M, B>;
  #wanted: boolean;

  constructor(uppy: Uppy<M, B>, wanted: boolean) {
    this.#uppy = uppy;
    this.#wanted = wanted;
    uppy.on('state-update', (before, now) => {
      if (before.currentUploads !== now.currentUploads) this.#apply();
    });
  }

  setWanted(wanted: boolean): void {
    this.#wanted = wanted;
    this.#apply();
  }

  destroy(): void {
    this.setWanted(false);
  }

  readonly #ask = (event: BeforeUnloadEvent): void => {
    event.preventDefault();
    // Browsers of before 2024 want this instead.
    event.returnValue = true;
  };

  #apply(): void {
    // A batch lasts until its last file is stored or has failed.
    const isUnderWay = Object.keys(this.#uppy.getState().currentUploads).length > 0;
    if (this.#wanted && isUnderWay) globalThis.addEventListener?.('beforeunload', this.#ask);
    else globalThis.removeEventListener?.('beforeunload', this.#ask);
  }
}
