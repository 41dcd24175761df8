import { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import type { StoredObject } from '../protocol/messages.ts';
import type { HashedParts } from './checksum/HashedParts.ts';
import { Deferred } from './Deferred.ts';
import { newIdempotencyKey } from './newIdempotencyKey.ts';
import { ProgressMeter } from './ProgressMeter.ts';
import { countParts, type UploadPlan } from './planUpload.ts';
import type { UploadSession } from './UploadSession.ts';
import { canTransition, nextState, type UploadEvent, type UploadState } from './uploadStates.ts';

export interface UploadSource {
  /** The caller's own name for it, unique within one Transfer. */
  id: string;
  /** The file's name, as the person knows it. */
  name: string;
  /** MIME type; empty if unknown. */
  type: string;
  blob: Blob;
  /** The size when the person chose it: browsers look it up anew, and tell 0 for a file that has vanished since. */
  sizeBytes?: number | undefined;
  /** Of those that the endpoint's policy names. Default: the Transfer's at the time of adding. */
  kind?: string | undefined;
  /** Stored with the object, as far as the endpoint allows it. */
  metadata?: Record<string, string> | undefined;
}

/** What an Upload asks of the Transfer that it belongs to. */
export interface UploadHost {
  /** It waits for its turn. */
  enqueue(upload: Upload): void;
  /** It no longer does. */
  dequeue(upload: Upload): void;
  /** What was begun in the bucket is to be given up. Never rejects. */
  abandon(upload: Upload): Promise<void>;
  stateChanged(upload: Upload): void;
}

/** Large files wait behind small ones, which would otherwise be stuck behind them for long. */
const BEHIND_SMALL_FILES = 1e12;

/** One file on its way into the bucket. */
export class Upload {
  readonly source: UploadSource;
  readonly sizeBytes: number;
  /** @internal */
  readonly meter: ProgressMeter;
  /** @internal Place in the order of adding. */
  readonly order: number;
  /** @internal */
  plan: UploadPlan | undefined;
  /** @internal Kept until what it led to is lost. */
  idempotencyKey = newIdempotencyKey();
  /** @internal Kept over pause, failure and retry. */
  session: UploadSession | undefined;
  /** @internal A pause does not stop the call that creates the upload: its answer would be lost in the bucket. */
  creating: Promise<UploadSession> | undefined;
  /** @internal Begun before there is a session. */
  hashed: HashedParts | undefined;
  /** @internal Settled when all is noted that the next page must know before another byte is sent. Never rejects. */
  noted: Promise<unknown> = Promise.resolve();
  #bytes: Blob | undefined;
  /** While the bytes that the bucket has of it are compared with the file: how many they are. */
  proving: { readonly totalBytes: number } | undefined;
  /** @internal Requests that are neither sent nor on their way. */
  waitingRequests = 0;
  readonly #host: UploadHost;
  #state: UploadState = 'queued';
  #run = new AbortController();
  #finished = new Deferred<StoredObject>();
  #error: BucketDropError | undefined;
  #object: StoredObject | undefined;

  constructor(source: UploadSource, order: number, host: UploadHost) {
    this.source = source;
    this.sizeBytes = source.sizeBytes ?? source.blob.size;
    this.meter = new ProgressMeter(this.sizeBytes);
    this.order = order;
    this.#host = host;
  }

  get state(): UploadState {
    return this.#state;
  }

  /** Never goes backwards, but for an upload that must begin anew because the store lost it. */
  get sentBytes(): number {
    return this.meter.sentBytes;
  }

  /** Undefined until the endpoint's limits are known. */
  get isMultipart(): boolean | undefined {
    return this.plan && this.plan.kind === 'multipart';
  }

  /** Why it failed; its `code` is a TransferErrorCode, or `internal` for a bug of ours. */
  get error(): BucketDropError | undefined {
    return this.#error;
  }

  /** The stored object, once it is done. */
  get object(): StoredObject | undefined {
    return this.#object;
  }

  /**
   * Resolves when the object is proved to be in the bucket. After `retry()` there is a new promise.
   *
   * @throws BucketDropError why it failed, or `canceled`
   */
  get finished(): Promise<StoredObject> {
    return this.#finished.promise;
  }

  /** Stops sending at once; what the bucket has is kept. Nothing happens where there is nothing to pause. */
  pause(): void {
    if (!canTransition(this.#state, 'pause')) return;
    this.#stop();
    this.apply('pause');
  }

  resume(): void {
    if (!canTransition(this.#state, 'resume')) return;
    this.apply('resume');
    this.#host.enqueue(this);
  }

  /** Goes on after a failure, with the parts that are in the bucket already. */
  retry(): void {
    if (!canTransition(this.#state, 'retry')) return;
    this.#finished = new Deferred();
    this.#error = undefined;
    this.apply('retry');
    this.#host.enqueue(this);
  }

  /** Gives the upload up, also in the bucket. Resolves when the endpoint was told; never rejects. */
  async cancel(): Promise<void> {
    if (!canTransition(this.#state, 'cancel')) return;
    this.#stop();
    this.apply('cancel');
    this.#finished.reject(new BucketDropError('canceled', 'The upload was canceled'));
    await this.#host.abandon(this);
  }

  /**
   * @internal The file as it is when it is first read. Slices of it cost nothing, while each slice of a File makes the
   * page wait for the disk; and of a file that has grown since, the browser would send all the new bytes.
   */
  get bytes(): Blob {
    this.#bytes ??= this.source.blob.slice(0, this.sizeBytes, this.source.type);
    return this.#bytes;
  }

  /** @internal Who goes first when lanes are short: the lowest. */
  get rank(): number {
    return this.order + (this.isMultipart ? BEHIND_SMALL_FILES : 0);
  }

  /** @internal */
  setPlan(plan: UploadPlan): void {
    this.plan = plan;
    this.waitingRequests = plan.kind === 'single' ? 1 : countParts(this.sizeBytes, plan.partSizeBytes);
  }

  /** @internal Ends with the next pause or cancel. The page waits for the disk here, and not when it is read. */
  begin(): AbortSignal {
    if (this.isMultipart) this.#bytes = this.bytes;
    this.#run = new AbortController();
    return this.#run.signal;
  }

  /** @internal */
  apply(event: UploadEvent): void {
    this.#state = nextState(this.#state, event);
    this.#host.stateChanged(this);
  }

  /** @internal */
  succeed(object: StoredObject): void {
    this.#object = object;
    this.meter.show(Number.POSITIVE_INFINITY);
    this.#bytes = undefined;
    this.hashed = undefined;
    this.apply('succeed');
    this.#finished.resolve(object);
  }

  /** @internal */
  fail(error: unknown): void {
    if (!canTransition(this.#state, 'fail')) return;
    // After a retry, the file is looked at anew.
    this.#bytes = undefined;
    this.hashed = undefined;
    this.#error = isBucketDropError(error)
      ? error
      : new BucketDropError('internal', error instanceof Error ? error.message : String(error), {
          cause: error,
        });
    this.apply('fail');
    this.#finished.reject(this.#error);
  }

  #stop(): void {
    this.#host.dequeue(this);
    this.#run.abort(new DOMException('The upload was stopped', 'AbortError'));
  }
}
