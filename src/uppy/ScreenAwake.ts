import type { Body, Meta, Uppy } from '@uppy/core';

/**
 * Keeps the screen on, and with it the machine awake, while something is being sent. Where the browser cannot, or the
 * system will not (a battery that runs low), nothing happens.
 * Source: https://www.w3.org/TR/screen-wake-lock/
 */
export class ScreenAwake<M extends Meta, B extends Body> {
  readonly #uppy: Uppy<M, B>;
  #wanted = false;
  #lock: Promise<WakeLockSentinel | undefined> | undefined;
  #scheduled = false;

  constructor(uppy: Uppy<M, B>) {
    this.#uppy = uppy;
  }

  setWanted(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) {
      this.#uppy.on('state-update', this.#schedule);
      document.addEventListener('visibilitychange', this.#onVisibility);
    } else {
      this.#uppy.off('state-update', this.#schedule);
      document.removeEventListener('visibilitychange', this.#onVisibility);
    }
    this.#apply();
  }

  /** Progress changes the state many times a second; this looks at it once. */
  readonly #schedule = (): void => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#apply();
    });
  };

  readonly #onVisibility = (): void => {
    // What was refused may be granted now.
    const asked = this.#lock;
    void asked?.then((lock) => {
      if (lock === undefined && this.#lock === asked) this.#lock = undefined;
      this.#apply();
    });
    this.#apply();
  };

  #apply(): void {
    if (!this.#wanted || !this.#isSending()) {
      const held = this.#lock;
      this.#lock = undefined;
      void held?.then((lock) => lock?.release());
      return;
    }
    // The browser takes the lock away from a page that is not seen.
    if (document.visibilityState === 'visible') this.#lock ??= this.#request();
  }

  #request(): Promise<WakeLockSentinel | undefined> {
    const asked = this.#ask().then((lock) => {
      lock?.addEventListener('release', () => {
        if (this.#lock === asked) this.#lock = undefined;
      });
      return lock;
    });
    return asked;
  }

  async #ask(): Promise<WakeLockSentinel | undefined> {
    try {
      return await navigator.wakeLock.request('screen');
    } catch {
      // Refused, or not known to this browser.
      return undefined;
    }
  }

  #isSending(): boolean {
    const { currentUploads, files } = this.#uppy.getState();
    return Object.values(currentUploads).some(({ fileIDs }) =>
      fileIDs.some((id) => {
        const file = files[id];
        return file && !file.isPaused && !file.error && !file.progress.uploadComplete;
      }),
    );
  }
}
