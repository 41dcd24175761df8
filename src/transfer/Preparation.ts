import { describeFailure } from './describeFailure.ts';
import { nextTurn, startSlice } from './forEachInSlices.ts';
import type { Lanes } from './Lanes.ts';
import type { UploadPlan } from './planUpload.ts';
import type { Upload } from './Upload.ts';
import type { UploadQueue } from './UploadQueue.ts';

/** Uploads are prepared by so many requests at a time, so that one call to the endpoint prepares many. */
const PREPARED_REQUESTS = 100;
/** Preparing takes a hash and a round trip: with no more than so many requests waiting for each lane, it is time. */
const REFILL_BELOW_WAVES = 6;

export interface PreparationOptions {
  queue: UploadQueue;
  /** The uploads that were started and are not over. */
  active: ReadonlyMap<Upload, unknown>;
  lanes: Lanes;
  /** How files of one kind go, by their size in bytes. */
  planner: (kind: string | undefined) => Promise<(sizeBytes: number) => UploadPlan>;
  start: (upload: Upload) => void;
  /** The last request of all is on its way. */
  onLast: () => void;
}

/** Starts the next files of the queue just before their turn: rarely, and many at a time. */
export class Preparation {
  readonly #options: PreparationOptions;
  /** By kind, as asked for last. */
  readonly #planners = new Map<string | undefined, (sizeBytes: number) => UploadPlan>();
  #isAtWork = false;
  #hadMore = false;

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  /** Something changed: there may be room for more. */
  poke(): void {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    queueMicrotask(() => void this.#work());
  }

  /** What ended those before them would end these as well, one after the other. */
  async failAll(failure: unknown): Promise<void> {
    const uploads = this.#options.queue.drain();
    if (uploads.length === 0) return;
    const described = await describeFailure(failure);
    for (const upload of uploads) upload.fail(described);
  }

  async #work(): Promise<void> {
    const { queue, lanes, start, onLast } = this.#options;
    try {
      const waiting = this.#waitingRequests();
      const isLast = queue.size === 0 && waiting === 0;
      if (isLast && this.#hadMore) onLast();
      this.#hadMore = !isLast;
      if (queue.size === 0 || waiting > REFILL_BELOW_WAVES * lanes.max) return;
      await this.#planWaiting();
      let isOver = startSlice();
      for (let prepared = 0; prepared < PREPARED_REQUESTS; ) {
        if (isOver()) {
          await nextTurn();
          isOver = startSlice();
        }
        const upload = queue.shift();
        if (!upload) break;
        this.#planAgain(upload);
        prepared += upload.waitingRequests;
        start(upload);
      }
    } catch (error) {
      // Not awaited: whoever tries again at once has to find the way free.
      void this.failAll(error);
    } finally {
      this.#isAtWork = false;
    }
  }

  async #planWaiting(): Promise<void> {
    const { queue, planner } = this.#options;
    for (let next = queue.unplanned; next; next = queue.unplanned) {
      const { kind } = next.source;
      const plan = await planner(kind);
      this.#planners.set(kind, plan);
      queue.planAll((upload) => {
        if (upload.source.kind === kind) upload.setPlan(plan(upload.sizeBytes));
      });
    }
  }

  /** Since it was planned, others may have found out how fast the line is. */
  #planAgain(upload: Upload): void {
    const plan = this.#planners.get(upload.source.kind);
    if (!plan || !upload.isMultipart || upload.session) return;
    const anew = plan(upload.sizeBytes);
    if (anew.kind === 'multipart') upload.setPlan(anew);
  }

  #waitingRequests(): number {
    let sum = 0;
    for (const upload of this.#options.active.keys()) sum += upload.waitingRequests;
    return sum;
  }
}
