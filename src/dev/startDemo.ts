import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type RunningBucket, startBucket } from '../bucket/startBucket.ts';
import { recommendedCorsRule } from '../doctor/corsRules.ts';
import { toNodeListener } from '../endpoint/adapters/node.ts';
import { createUploadEndpoint } from '../endpoint/createUploadEndpoint.ts';
import type { LinkPolicy } from '../endpoint/LinkPolicy.ts';
import type { Dialect, EndpointUser, LogEntry, UploadPolicy } from '../endpoint/UploadEndpointOptions.ts';
import type { DemoStore } from './DemoStore.ts';
import { type NodeListener, type ServedPage, servePage } from './servePage.ts';

/** The folder of this project. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENDPOINT_PATH = '/api/uploads';
const DEFAULT_PORT = 5173;
const LOCAL_BUCKET = 'demo';
const LOCAL_REGION = 'us-east-1';

/** On one's own machine everybody may upload anything. */
const NO_LIMITS: UploadPolicy<EndpointUser> = {
  maxFileSizeBytes: null,
  maxFileCount: null,
  contentDisposition: null,
  urlExpiresInSeconds: 900,
  ticketExpiresInSeconds: 7 * 24 * 3600,
};

export interface DemoOptions {
  /** Default: 5173, or the next one that is free. 0: any free one. */
  port?: number | undefined;
  /** With `port`: that one, or an error. */
  exactPort?: boolean | undefined;
  /** A folder with the built pages. Without it, Vite serves them as their sources are. */
  built?: string | undefined;
  /** Default: a local bucket that comes and goes with the demo. */
  store?: DemoStore | undefined;
  /** Browsers find the local bucket under two host names. */
  twoHosts?: boolean | undefined;
  /** What the endpoint takes and refuses. */
  uploads?: UploadPolicy<EndpointUser> | undefined;
  /** Default: links of every kind, for it is a demo on a bucket that is its own. */
  links?: LinkPolicy<EndpointUser> | undefined;
  /** What the endpoint understands besides its own protocol. */
  dialects?: readonly Dialect[] | undefined;
  /** Puts something in front of the endpoint: to count what it gets, or to let it fail. */
  wrapEndpoint?: ((listener: NodeListener) => NodeListener) | undefined;
  /** Sent with every answer of the page's server. */
  headers?: Readonly<Record<string, string>> | undefined;
  log?: ((entry: LogEntry) => void) | undefined;
}

export interface RunningDemo {
  /** `http://127.0.0.1:5173/` */
  url: string;
  /** How a browser may name the page's server. */
  origins: readonly string[];
  store: DemoStore;
  /** Ends the page, the endpoint and the local bucket, with its files. */
  stop(): Promise<void>;
}

const originsOf = (port: number) => [`http://127.0.0.1:${port}`, `http://localhost:${port}`];

/** A local bucket as the endpoint wants it described. */
export function describeLocalStore(server: RunningBucket, bucket: string): DemoStore {
  return {
    bucket,
    region: server.region,
    endpoint: server.url,
    accessKeyId: server.accessKeyId,
    secretAccessKey: server.secretAccessKey,
    forcePathStyle: true,
    profile: 'local',
  };
}

/**
 * The demo in this process: its pages, the endpoint beside them at `/api/uploads`, and a bucket.
 * @throws DevError if the port is taken; BucketDropError if the endpoint cannot be made from these options.
 */
export async function startDemo(options: DemoOptions = {}): Promise<RunningDemo> {
  // the endpoint needs the bucket, the bucket's CORS rules the page's port: so the page comes first
  let endpoint: NodeListener = (_, response) => response.writeHead(503).end();
  const page: ServedPage = await servePage({
    root: ROOT,
    port: options.port ?? DEFAULT_PORT,
    exactly: options.exactPort ?? false,
    built: options.built,
    headers: options.headers ?? {},
    mounts: { [ENDPOINT_PATH]: (request, response) => endpoint(request, response) },
  });
  const origins = originsOf(page.port);
  let bucket: RunningBucket | undefined;
  const stop = async () => {
    await page.close();
    await bucket?.stop();
  };
  try {
    if (options.store === undefined)
      bucket = await startBucket({
        port: 0,
        region: LOCAL_REGION,
        buckets: [LOCAL_BUCKET],
        cors: [recommendedCorsRule(origins)],
      });
    const store = options.store ?? describeLocalStore(bucket as RunningBucket, LOCAL_BUCKET);
    if (bucket && options.twoHosts) store.hosts = [`http://localhost:${bucket.port}`];
    const listener = toNodeListener(
      createUploadEndpoint({
        store,
        secret: randomBytes(32),
        anonymous: true,
        links: { download: true, preview: true, delete: true, ...options.links },
        uploads: { ...NO_LIMITS, ...options.uploads },
        ...(options.dialects && { dialects: options.dialects }),
        ...(options.log && { log: options.log }),
      }),
    );
    endpoint = options.wrapEndpoint?.(listener) ?? listener;
    return { url: `${origins[0]}/`, origins, store, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
