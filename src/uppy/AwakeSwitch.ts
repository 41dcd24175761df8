import type { Body, Meta, Uppy } from '@uppy/core';
import type { ScreenAwake } from './ScreenAwake.ts';

/** Loads what keeps the screen on when somebody wants it, and not before. */
export class AwakeSwitch<M extends Meta, B extends Body> {
  readonly #uppy: Uppy<M, B>;
  #awake: Promise<ScreenAwake<M, B>> | undefined;
  #wanted = false;

  constructor(uppy: Uppy<M, B>) {
    this.#uppy = uppy;
  }

  async setWanted(wanted: boolean): Promise<void> {
    this.#wanted = wanted;
    if (!wanted && !this.#awake) return;
    try {
      this.#awake ??= import('./ScreenAwake.ts').then(({ ScreenAwake }) => new ScreenAwake(this.#uppy));
      (await this.#awake).setWanted(this.#wanted);
    } catch (error) {
      this.#awake = undefined;
      this.#uppy.log(error, 'warning');
    }
  }
}
