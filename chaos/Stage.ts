import { randomBytes, randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { pipeline } from 'node:stream';
import { type RunningProcess, startProcess } from '../bench/processes/startProcess.ts';
import { type RunningCeph, type S3Server, startCeph } from '../e2e/ceph/startCeph.ts';
import { BucketProxy } from '../e2e/support/BucketProxy.ts';
import { BucketReader } from '../e2e/support/BucketReader.ts';
import { EndpointGate } from '../e2e/support/EndpointGate.ts';
import { startBucket } from '../src/bucket/startBucket.ts';
import { type ServedPage, servePage } from '../src/dev/servePage.ts';
import { ROOT } from '../src/dev/startDemo.ts';
import type { EndpointProcessCalls } from './endpointProcess.ts';
import type { RunPlan, StoreKind } from './RunPlan.ts';

const ENDPOINT = new URL('endpointProcess.ts', import.meta.url);

interface RunningStore extends S3Server {
  stop(): Promise<void>;
  restartGateway?: () => Promise<void>;
}

/** Everything but the browser: the store, the endpoint, the pages, and what stands between them; kept for many runs. */
export class Stage {
  readonly kind: StoreKind;
  readonly gate = new EndpointGate();
  readonly line: BucketProxy;
  readonly #store: RunningStore;
  readonly #secret = randomBytes(32).toString('base64');
  readonly #pages: string;
  #clock = { bucketMs: 0 };
  #page: ServedPage | undefined;
  #endpoint: RunningProcess<EndpointProcessCalls> | undefined;
  #endpointPort = 0;
  #configure: (() => Promise<void>) | undefined;

  private constructor(kind: StoreKind, store: RunningStore, clock: { bucketMs: number }, pages: string) {
    this.kind = kind;
    this.#store = store;
    this.#clock = clock;
    this.#pages = pages;
    this.line = new BucketProxy(store.endpoint);
  }

  /**
   * @param pages the folder of the built pages
   * @throws Error where the store cannot be had
   */
  static async open(kind: StoreKind, pages: string): Promise<Stage> {
    const clock = { bucketMs: 0 };
    const stage = new Stage(kind, await startStore(kind, clock), clock, pages);
    await stage.line.comeUp();
    await stage.#startEndpoint();
    stage.#page = await servePage({
      root: ROOT,
      port: 0,
      exactly: false,
      built: stage.#pages,
      headers: {},
      mounts: { '/api/uploads': stage.gate.wrap((request, response) => stage.#forward(request, response)) },
    });
    return stage;
  }

  /** Of the page that carries the widget. */
  pageUrl({ face, autoUpload, keepsCopies }: RunPlan): string {
    const options = `${autoUpload ? '&auto-upload' : ''}${keepsCopies ? '&keep-copies' : ''}`;
    return `http://127.0.0.1:${this.#page?.port}/chaos/page/index.html?face=${face}${options}`;
  }

  /** An empty bucket, and an endpoint for it with the policy and the clocks of this run. */
  async setUp({ policy, clocks }: RunPlan): Promise<BucketReader> {
    this.#clock.bucketMs = 0;
    const bucket = new BucketReader(this.#store, `chaos-${randomUUID()}`);
    await bucket.create();
    await bucket.allowOrigins([`http://127.0.0.1:${this.#page?.port}`]);
    const { region, accessKeyId, secretAccessKey } = this.#store;
    const store = {
      bucket: bucket.bucket,
      region,
      endpoint: this.line.url,
      accessKeyId,
      secretAccessKey,
      forcePathStyle: true,
      profile: this.kind,
    } as const;
    this.#configure = async () => {
      await this.#endpoint?.call.configure(store, this.#secret, policy, clocks.endpointMs);
    };
    await this.#configure();
    this.#clock.bucketMs = clocks.bucketMs;
    return bucket;
  }

  /** Nothing goes wrong any more. */
  calmDown(): void {
    this.#clock.bucketMs = 0;
    this.endFaults();
  }

  /** The same, but for the store's clock: who has learned it goes by it. */
  endFaults(): void {
    this.line.planFault = () => undefined;
    this.gate.planFault = () => undefined;
    this.line.onMoved = () => undefined;
    this.line.refuseBrowsers = false;
    this.line.bytesPerSecond = Number.POSITIVE_INFINITY;
  }

  /** Kills the endpoint in the middle of whatever it does, and starts it again. */
  async restartEndpoint(): Promise<void> {
    await this.#endpoint?.kill();
    await this.#startEndpoint();
    await this.#configure?.();
  }

  /** Kills the store's gateway and starts it again; only where the store is a real one. */
  async killStore(): Promise<void> {
    await this.#store.restartGateway?.();
  }

  async close(): Promise<void> {
    await this.#page?.close();
    await this.#endpoint?.kill();
    await this.line.goDown();
    await this.#store.stop();
  }

  async #startEndpoint(): Promise<void> {
    this.#endpoint = await startProcess<EndpointProcessCalls>(ENDPOINT);
    this.#endpointPort = await this.#endpoint.call.listen(this.#endpointPort);
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { method, url: path, headers } = request;
    const upstream = send(
      { host: '127.0.0.1', port: this.#endpointPort, method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, response, () => undefined);
      },
    );
    // an endpoint that is not there hangs up
    upstream.on('error', () => request.socket.destroy());
    response.on('close', () => upstream.destroy());
    pipeline(request, upstream, () => undefined);
  }
}

async function startStore(kind: StoreKind, clock: { bucketMs: number }): Promise<RunningStore> {
  if (kind === 'ceph') {
    const ceph: RunningCeph = await startCeph({ durable: true });
    return ceph;
  }
  const local = await startBucket({ port: 0, now: () => Date.now() + clock.bucketMs });
  return { ...local, endpoint: local.url };
}
