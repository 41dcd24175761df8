import type { ConfigAnswer } from '../protocol/messages.ts';
import { loadPatiently } from './loadPatiently.ts';
import type { CountedRequest, PaceKeeper } from './PaceKeeper.ts';
import { checkPace, isPaced, limitOf, type PaceOptions } from './PaceOptions.ts';
import { RequestFailure } from './RequestFailure.ts';
import type { Upload } from './Upload.ts';

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

interface Flight {
  upload: Upload | undefined;
  sizeBytes: number;
  loadedBytes: number;
  counted: CountedRequest | undefined;
}

/**
 * Where all requests to the bucket wait for their time, before anything else is held for them. Without a pace nobody
 * waits, and what keeps one is not loaded.
 */
export class PaceGate {
  readonly #moved: (upload: Upload) => void;
  readonly #flights = new Set<Flight>();
  #options: PaceOptions = {};
  #keeper: PaceKeeper | undefined;
  #loading: Promise<void> | undefined;

  /** @param moved told of uploads that show more than before */
  constructor(moved: (upload: Upload) => void = () => {}) {
    this.#moved = moved;
  }

  destroy(): void {
    this.#keeper?.destroy();
  }

  /**
   * Counts for all that has not begun yet; what is on its way is left alone.
   *
   * @returns whether that changes anything
   * @throws TypeError for what is no pace
   */
  set({ maxBytesPerSecond, polite }: PaceOptions): boolean {
    const [before, options] = [this.#options, { maxBytesPerSecond, polite }];
    checkPace(options);
    if (limitOf(options) === limitOf(before) && Boolean(polite) === Boolean(before.polite)) return false;
    this.#options = options;
    this.#keeper?.set(options);
    // Who waits for it hears of the failure.
    this.ready().catch(() => {});
    return true;
  }

  /**
   * Resolves when what keeps the pace is there, if there is a pace.
   *
   * @throws TypeError where it cannot be loaded; the next call tries again
   */
  async ready(): Promise<void> {
    if (this.#keeper || !isPaced(this.#options)) return;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  /** What a file's plan is made from. */
  configFor(config: ConfigAnswer, sizeBytes: number): ConfigAnswer {
    return this.#keeper?.configFor(config, sizeBytes) ?? config;
  }

  /**
   * Waits until a request may begin.
   *
   * @param rank who goes first: the lowest
   * @throws the signal's reason as soon as it is aborted
   */
  async enter(rank: number, signal: AbortSignal): Promise<Turn> {
    await this.ready();
    const end = await this.#keeper?.enter(rank, signal);
    const isOn = () => isPaced(this.#options);
    const wasOn = end !== undefined && isOn();
    return {
      get holds() {
        return wasOn || !isOn();
      },
      send: (upload, sizeBytes, send) => {
        const flight = { upload, sizeBytes, loadedBytes: 0, counted: this.#keeper?.count(upload, sizeBytes) };
        end?.();
        return this.#follow(flight, send);
      },
      end: () => end?.(),
    };
  }

  async #follow<Result>(
    flight: Flight,
    send: (moved: (loadedBytes: number) => void) => Promise<Result>,
  ): Promise<Result> {
    let isAnswered = true;
    this.#flights.add(flight);
    try {
      return await send((loadedBytes) => {
        flight.loadedBytes = loadedBytes;
        flight.counted?.moved(loadedBytes);
      });
    } catch (error) {
      isAnswered = error instanceof RequestFailure && error.status > 0;
      throw error;
    } finally {
      this.#flights.delete(flight);
      flight.counted?.ended(isAnswered);
    }
  }

  async #load(): Promise<void> {
    const { PaceKeeper } = await loadPatiently(() => import('./PaceKeeper.ts'));
    const keeper = new PaceKeeper(this.#moved);
    keeper.set(this.#options);
    for (const flight of this.#flights)
      flight.counted = keeper.count(flight.upload, flight.sizeBytes, flight.loadedBytes);
    this.#keeper = keeper;
  }
}
