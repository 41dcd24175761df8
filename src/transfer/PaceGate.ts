import { Lanes } from './Lanes.ts';
import { checkPace, Pace, type PaceOptions } from './Pace.ts';
import { PaidProgress } from './PaidProgress.ts';
import { RequestFailure } from './RequestFailure.ts';
import type { Upload } from './Upload.ts';

/** Timers know no more than 24 days. */
const LONGEST_NAP_MS = 60_000;

/** One request's leave to begin. */
export interface Turn {
  /** False where a pace was set since: it has to be asked for anew. */
  readonly holds: boolean;
  /**
   * Sends; from now on, the next may think of its turn.
   *
   * @param upload whose bytes these are
   * @param send told to whom it reports what was sent so far
   */
  send<Result>(
    upload: Upload | undefined,
    sizeBytes: number,
    send: (moved: (loadedBytes: number) => void) => Promise<Result>,
  ): Promise<Result>;
  /** Safe to call twice. */
  end(): void;
}

/**
 * Where all requests to the bucket wait for their time, before anything else is held for them. With a pace, the next
 * one is let in when the one before has begun to send, so that none is kept behind the gate to go with others at once.
 */
export class PaceGate {
  readonly #pace: Pace;
  readonly #progress: PaidProgress;
  readonly #turns = new Lanes(Number.POSITIVE_INFINITY);
  readonly #sleepers = new Set<() => void>();

  /** @param moved told of uploads that show more than before */
  constructor(moved: (upload: Upload) => void = () => {}, pace = new Pace()) {
    this.#pace = pace;
    this.#progress = new PaidProgress(() => pace.unpaidBytes, moved);
  }

  destroy(): void {
    this.#progress.destroy();
  }

  /**
   * Counts for all that has not begun yet; what is on its way is left alone.
   *
   * @returns whether that changes anything
   * @throws TypeError for what is no pace
   */
  set(options: PaceOptions): boolean {
    checkPace(options);
    if (!this.#pace.set(options)) return false;
    const turns = this.#pace.isOn ? 1 : Number.POSITIVE_INFINITY;
    this.#turns.setMax(turns);
    this.#turns.setHostLimit(turns);
    this.#wake();
    return true;
  }

  /**
   * Waits until a request may begin.
   *
   * @param rank who goes first: the lowest
   * @throws the signal's reason as soon as it is aborted
   */
  async enter(rank: number, signal: AbortSignal): Promise<Turn> {
    const end = await this.#turns.acquire(rank, signal, '');
    try {
      for (let waitMs = this.#pace.delayMs(); waitMs > 0; waitMs = this.#pace.delayMs())
        await this.#nap(Math.min(LONGEST_NAP_MS, waitMs), signal);
    } catch (error) {
      end();
      throw error;
    }
    return this.#turn(this.#pace.isOn, end);
  }

  #turn(isPaced: boolean, end: () => void): Turn {
    const pace = this.#pace;
    return {
      get holds() {
        return isPaced || !pace.isOn;
      },
      send: async (upload, sizeBytes, send) => {
        const request = pace.begin(sizeBytes);
        end();
        let isAnswered = false;
        try {
          const result = await send((loadedBytes) => {
            const bytes = request.moved(loadedBytes);
            if (upload && pace.unpaidBytes > 0) this.#progress.owe(upload, bytes);
            this.#wake();
          });
          isAnswered = true;
          return result;
        } catch (error) {
          isAnswered = error instanceof RequestFailure && error.status > 0;
          throw error;
        } finally {
          request.ended(isAnswered);
          this.#wake();
        }
      },
      end,
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
