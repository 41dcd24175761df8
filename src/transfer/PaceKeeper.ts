import type { ConfigAnswer } from '../protocol/messages.ts';
import { Lanes } from './Lanes.ts';
import { Pace } from './Pace.ts';
import type { PaceOptions } from './PaceOptions.ts';
import { PaidProgress } from './PaidProgress.ts';
import { pacedConfig } from './pacedConfig.ts';
import type { Upload } from './Upload.ts';

/** Timers know no more than 24 days. */
const LONGEST_NAP_MS = 60_000;

/** What the pace knows of one request on its way. */
export interface CountedRequest {
  moved(loadedBytes: number): void;
  ended(isAnswered: boolean): void;
}

/**
 * Keeps the pace. The next request is let in when the one before has begun to send, so that none is kept behind the
 * gate to go with others at once. Loaded with the first pace that is set.
 */
export class PaceKeeper {
  readonly #pace = new Pace();
  readonly #progress: PaidProgress;
  readonly #turns = new Lanes(Number.POSITIVE_INFINITY);
  readonly #sleepers = new Set<() => void>();
  #options: PaceOptions = {};

  /** @param moved told of uploads that show more than before */
  constructor(moved: (upload: Upload) => void) {
    this.#progress = new PaidProgress(() => this.#pace.unpaidBytes, moved);
  }

  destroy(): void {
    this.#progress.destroy();
  }

  set(options: PaceOptions): void {
    this.#options = options;
    this.#pace.set(options);
    const turns = this.#pace.isOn ? 1 : Number.POSITIVE_INFINITY;
    this.#turns.setMax(turns);
    this.#turns.setHostLimit(turns);
    this.#wake();
  }

  /** What a file's plan is made from. */
  configFor(config: ConfigAnswer, sizeBytes: number): ConfigAnswer {
    return pacedConfig(config, sizeBytes, this.#options);
  }

  /**
   * Waits until a request may begin.
   *
   * @param rank who goes first: the lowest
   * @returns ends its turn; safe to call twice
   * @throws the signal's reason as soon as it is aborted
   */
  async enter(rank: number, signal: AbortSignal): Promise<() => void> {
    const end = await this.#turns.acquire(rank, signal, '');
    try {
      for (let waitMs = this.#pace.delayMs(); waitMs > 0; waitMs = this.#pace.delayMs())
        await this.#nap(Math.min(LONGEST_NAP_MS, waitMs), signal);
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }

  /**
   * A request begins to send, or has begun before there was a pace.
   *
   * @param upload whose bytes these are
   * @param loadedBytes what it has sent already
   */
  count(upload: Upload | undefined, sizeBytes: number, loadedBytes = 0): CountedRequest {
    const request = this.#pace.begin(sizeBytes - loadedBytes);
    return {
      moved: (nowLoadedBytes) => {
        const bytes = request.moved(nowLoadedBytes - loadedBytes);
        if (upload && this.#pace.unpaidBytes > 0) this.#progress.owe(upload, bytes);
        this.#wake();
      },
      ended: (isAnswered) => {
        request.ended(isAnswered);
        this.#wake();
      },
    };
  }

  #wake(): void {
    for (const wake of [...this.#sleepers]) wake();
  }

  #nap(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.#sleepers.delete(wake);
      };
      const wake = () => {
        stop();
        resolve();
      };
      const onAbort = () => {
        stop();
        reject(signal.reason);
      };
      const timer = setTimeout(wake, ms);
      if (signal.aborted) return onAbort();
      this.#sleepers.add(wake);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
