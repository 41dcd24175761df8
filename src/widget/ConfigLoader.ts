import type { EndpointOptions } from '../transfer/EndpointClient.ts';
import { fetchConfig } from '../transfer/fetchConfig.ts';
import type { ConfigState } from './WidgetOptions.ts';

/** Asks the endpoint what it accepts; again on demand, and by itself when a failed one comes back online. */
export class ConfigLoader {
  readonly #options: () => EndpointOptions;
  readonly #onState: (state: ConfigState) => void;
  #asking = new AbortController();
  #failed = false;

  constructor(options: () => EndpointOptions, onState: (state: ConfigState) => void) {
    this.#options = options;
    this.#onState = onState;
    window.addEventListener('online', this.#onOnline);
  }

  readonly load = async (): Promise<void> => {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    this.#failed = false;
    try {
      const config = await fetchConfig({ ...this.#options(), signal });
      if (!signal.aborted) this.#onState({ status: 'ready', config });
    } catch (error) {
      if (signal.aborted) return;
      this.#failed = true;
      this.#onState({ status: 'failed', error, retry: () => void this.load() });
    }
  };

  /** Somebody else asks from now on. */
  stop(): void {
    this.#asking.abort();
    this.#failed = false;
  }

  destroy(): void {
    this.stop();
    window.removeEventListener('online', this.#onOnline);
  }

  readonly #onOnline = (): void => {
    if (this.#failed) void this.load();
  };
}
