import type { ConfigAnswer } from '../protocol/messages.ts';
import { BucketHosts } from './BucketHosts.ts';
import { DEFAULT_RETRY, type RetryOptions } from './backoffDelay.ts';
import { Hasher } from './checksum/Hasher.ts';
import { describeFailure } from './describeFailure.ts';
import { EndpointCalls } from './EndpointCalls.ts';
import { EndpointClient } from './EndpointClient.ts';
import type { Engine } from './Engine.ts';
import { Lanes } from './Lanes.ts';
import { Outages } from './Outages.ts';
import { PaceGate } from './PaceGate.ts';
import { Preparation } from './Preparation.ts';
import { ProgressReporter } from './ProgressReporter.ts';
import { planUpload, type UploadPlan } from './planUpload.ts';
import { runUpload } from './runUpload.ts';
import type { TransferOptions, UnfinishedUpload } from './TransferOptions.ts';
import { UnfinishedUploads } from './UnfinishedUploads.ts';
import { Upload, type UploadHost, type UploadSource } from './Upload.ts';
import { UploadQueue } from './UploadQueue.ts';

/** What browsers open to one host over HTTP/1.1, and S3 speaks no other. More would only wait inside the browser. */
const LANES_OF_A_HOST = 6;
/** To each host, to begin with. */
const START_LANES = 6;
/**
 * Sends files into the bucket: as many requests at once as there are lanes, over all files, each file prepared just
 * before its turn.
 *
 * @example
 * const transfer = new Transfer({ endpoint: '/api/uploads' });
 * const upload = transfer.add({ id: '1', name: file.name, type: file.type, blob: file });
 * const object = await upload.finished;
 */
export class Transfer {
  #options: TransferOptions;
  readonly #calls: EndpointCalls;
  readonly #unfinished: UnfinishedUploads;
  readonly #lanes = new Lanes(LANES_OF_A_HOST, LANES_OF_A_HOST, START_LANES);
  readonly #hosts = new BucketHosts();
  readonly #outages: Outages;
  readonly #hasher = new Hasher();
  readonly #engine: Engine;
  readonly #host: UploadHost;
  readonly #queue = new UploadQueue();
  readonly #active = new Map<Upload, AbortSignal>();
  readonly #progress = new ProgressReporter((uploads) => this.#options.onProgress?.(uploads));
  readonly #pace = new PaceGate((upload) => this.#progress.note(upload));
  readonly #destroyed = new AbortController();
  /** By kind. */
  readonly #configs = new Map<string | undefined, Promise<ConfigAnswer>>();
  readonly #preparation: Preparation;
  #order = 0;

  /** @throws TypeError for a pace that is none */
  constructor(options: TransferOptions) {
    this.#pace.set(options);
    this.#options = options;
    const retry = () => this.#retry;
    this.#outages = new Outages({
      retry,
      isBusy: () => this.#active.size > 0 || this.#queue.size > 0,
      onTrouble: (trouble) => this.#options.onTrouble?.(trouble),
      onGiveUp: (failure) => void this.#preparation.failAll(failure),
    });
    const { wake, endpoint } = this.#outages;
    const client = new EndpointClient(() => this.#options, retry, wake, endpoint);
    this.#openLanes();
    const traffic = { isBusy: () => this.#isBusy(), isFlowing: () => this.#lanes.busy > 0 };
    this.#calls = new EndpointCalls(client, this.#destroyed.signal, retry, traffic, this.#hosts);
    this.#unfinished = new UnfinishedUploads(() => this.#options, this.#calls);
    this.#preparation = new Preparation({
      queue: this.#queue,
      active: this.#active,
      lanes: this.#lanes,
      planner: (kind) => this.#planner(kind),
      start: (upload) => void this.#start(upload),
      onLast: () => this.#calls.finishAll(),
    });
    this.#engine = this.#createEngine();
    this.#host = {
      enqueue: (upload) => this.#enqueue(upload),
      dequeue: (upload) => this.#dequeue(upload),
      abandon: (upload) => this.#abandon(upload),
      stateChanged: (upload) => this.#options.onState?.(upload),
    };
  }

  /**
   * Changes options for all that happens from now on.
   *
   * @throws TypeError for a pace that is none; nothing has changed then
   */
  setOptions(options: Partial<TransferOptions>): void {
    if (this.#pace.set({ ...this.#options, ...options })) this.#queue.forgetPlans();
    const elsewhere = options.endpoint !== undefined && options.endpoint !== this.#options.endpoint;
    const isOtherKind = Object.hasOwn(options, 'kind') && options.kind !== this.#options.kind;
    // A config that came along with another kind says nothing of this one.
    this.#options = { ...this.#options, ...(isOtherKind && { config: undefined }), ...options };
    if (elsewhere || options.config) this.#configs.clear();
    this.#openLanes();
  }

  /**
   * What the endpoint accepts of a kind of upload, and how; asked for once.
   *
   * @throws BucketDropError with a TransferErrorCode; the next call asks again
   */
  config(kind: string | undefined = this.#options.kind): Promise<ConfigAnswer> {
    if (this.#options.config && kind === this.#options.kind) return Promise.resolve(this.#options.config);
    const known = this.#configs.get(kind);
    if (known) return known;
    const asked = this.#calls.config(kind);
    asked.then((config) => this.#warmUp(config)).catch(() => {});
    this.#configs.set(kind, asked);
    asked.catch(() => {
      if (this.#configs.get(kind) === asked) this.#configs.delete(kind);
    });
    return asked;
  }

  /** What the first file would have to wait for is loaded before there is one. */
  #warmUp({ checksums }: ConfigAnswer): void {
    if (checksums) this.#hasher.warmUp();
    void this.#unfinished.journal();
  }

  /** Queues a file; it starts by itself. */
  add(source: UploadSource): Upload {
    const { kind = this.#options.kind } = source;
    const upload = new Upload({ ...source, kind }, this.#order++, this.#host);
    this.#enqueue(upload);
    void this.#unfinished.keepFile(upload);
    return upload;
  }

  /** Uploads that were begun before a reload or a crash, and that the same files, added again, go on with. */
  unfinished(): Promise<UnfinishedUpload[]> {
    return this.#unfinished.list();
  }

  /** Gives an unfinished upload up, also in the bucket. Never rejects. */
  discard(id: string): Promise<void> {
    return this.#unfinished.discard(id);
  }

  /** Stops everything here. Nothing is aborted in the bucket. */
  destroy(): void {
    for (const upload of [...this.#queue.drain(), ...this.#active.keys()]) upload.pause();
    this.#destroyed.abort(new DOMException('The transfer was destroyed', 'AbortError'));
    this.#hasher.destroy();
    this.#unfinished.destroy();
    this.#pace.destroy();
    this.#progress.destroy();
    this.#outages.destroy();
  }

  get #retry(): RetryOptions {
    return { ...DEFAULT_RETRY, ...this.#options.retry };
  }

  #isBusy(): boolean {
    return this.#lanes.busy > 0 || this.#queue.size > 0;
  }

  #openLanes(): void {
    const ofAHost = this.#options.maxConcurrentRequests ?? LANES_OF_A_HOST;
    this.#lanes.setHostLimit(ofAHost);
    this.#lanes.setMax(ofAHost * this.#hosts.count, START_LANES * this.#hosts.count);
  }

  #createEngine(): Engine {
    const self = this;
    return {
      lanes: this.#lanes,
      pace: this.#pace,
      hosts: this.#hosts,
      calls: this.#calls,
      hasher: this.#hasher,
      found: { wantsChecksums: false },
      circuit: this.#outages.bucket,
      wake: this.#outages.wake,
      journal: () => this.#unfinished.journal(),
      hasSingleNotes: () => this.#unfinished.hasSingleNotes(),
      get retry() {
        return self.#retry;
      },
      get stallTimeoutMs() {
        return self.#options.stallTimeoutMs ?? 30_000;
      },
      moved: (upload) => this.#progress.note(upload),
      requestStarted: () => this.#preparation.poke(),
    };
  }

  #enqueue(upload: Upload): void {
    this.#queue.add(upload);
    this.#outages.reset();
    this.#preparation.poke();
  }

  #dequeue(upload: Upload): void {
    this.#queue.delete(upload);
    this.#active.delete(upload);
  }

  async #abandon(upload: Upload): Promise<void> {
    this.#preparation.poke();
    try {
      const session = upload.session ?? (await upload.creating);
      await this.#unfinished.finish(upload);
      if (session?.kind === 'multipart') await this.#calls.abort(session.ticket);
    } catch {
      // Nobody waits for it any more: what is left is for the bucket's lifecycle rule.
    }
  }

  /** Learns how files of one kind go: how many requests at once, and each file's plan. */
  async #planner(kind: string | undefined): Promise<(sizeBytes: number) => UploadPlan> {
    const config = await this.config(kind);
    await this.#pace.ready();
    this.#hosts.setCount(config.hosts ?? 1);
    this.#openLanes();
    return (sizeBytes) => {
      const { max, fullRate } = this.#lanes;
      const paced = this.#pace.configFor(config, sizeBytes);
      return planUpload(sizeBytes, paced, max, fullRate?.bytesPerSecond);
    };
  }

  async #start(upload: Upload): Promise<void> {
    const signal = upload.begin();
    this.#active.set(upload, signal);
    try {
      const object = await runUpload(upload, this.#engine, signal);
      await this.#unfinished.finish(upload);
      if (!signal.aborted) upload.succeed(object);
    } catch (error) {
      const described = signal.aborted ? undefined : await describeFailure(error);
      if (!signal.aborted) upload.fail(described);
    } finally {
      if (this.#active.get(upload) === signal) this.#active.delete(upload);
      this.#outages.check();
      this.#preparation.poke();
    }
  }
}
