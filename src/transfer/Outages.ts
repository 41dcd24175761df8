import type { RetryOptions } from './backoffDelay.ts';
import { Circuit } from './Circuit.ts';
import { isOffline } from './isOffline.ts';
import { WakeWatch } from './WakeWatch.ts';

/** What all uploads wait for: the line, the bucket's answer, the endpoint's. */
export type Trouble = 'offline' | 'bucket' | 'endpoint';

export interface OutagesOptions {
  retry: () => RetryOptions;
  /** Whether there is anything that would have to wait. */
  isBusy: () => boolean;
  onTrouble: (trouble: Trouble | undefined) => void;
  /** Nobody waits any longer, and for this reason. */
  onGiveUp: (failure: unknown) => void;
}

/** Knows what all uploads have to wait for, and how long. */
export class Outages {
  readonly wake = new WakeWatch();
  readonly bucket: Circuit;
  readonly endpoint: Circuit;
  readonly #options: OutagesOptions;
  #trouble: Trouble | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(options: OutagesOptions) {
    this.#options = options;
    const { retry, onGiveUp } = options;
    const circuit = () => new Circuit({ retry, onGiveUp, onChange: () => this.check() });
    this.bucket = circuit();
    this.endpoint = circuit();
    // Workers and Node have no such events.
    globalThis.addEventListener?.('offline', this.check);
    globalThis.addEventListener?.('online', this.#tryNow);
  }

  /** Somebody wants to try again after all. */
  reset(): void {
    this.bucket.reset();
    this.endpoint.reset();
  }

  /** Looks whether there is something to tell. */
  readonly check = (): void => {
    const isOpen = this.bucket.isOpen || this.endpoint.isOpen;
    if (!isOpen) this.#stopWatching?.();
    this.#stopWatching = isOpen ? (this.#stopWatching ?? this.wake.subscribe(this.#tryNow)) : undefined;
    const trouble = this.#find();
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#options.onTrouble(trouble);
  };

  destroy(): void {
    globalThis.removeEventListener?.('offline', this.check);
    globalThis.removeEventListener?.('online', this.#tryNow);
    this.#stopWatching?.();
    this.bucket.destroy();
    this.endpoint.destroy();
    if (this.#trouble) this.#options.onTrouble(undefined);
  }

  /** The line is back, or the machine woke up: nobody waits for the next try at its time. */
  readonly #tryNow = (): void => {
    this.bucket.probeNow();
    this.endpoint.probeNow();
    this.check();
  };

  #find(): Trouble | undefined {
    if (!this.#options.isBusy()) return undefined;
    if (isOffline()) return 'offline';
    if (this.endpoint.isOpen) return 'endpoint';
    return this.bucket.isOpen ? 'bucket' : undefined;
  }
}
