import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertCorsRule, type CorsRule } from './cors/CorsRule.ts';
import { FaultPlan } from './FaultPlan.ts';
import { Throttle, type ThrottleSetting } from './faults/Throttle.ts';
import { CONTROL_PATH, handleControl } from './handleControl.ts';
import { handleRequest } from './handleRequest.ts';
import { type BucketStats, RequestLog, type RequestLogEntry } from './RequestLog.ts';
import type { Services } from './Services.ts';
import { Store } from './storage/Store.ts';

export type { CorsRule } from './cors/CorsRule.ts';
export type { FaultKind, FaultPlan, FaultRule, PlannedFault } from './FaultPlan.ts';
export type { Throttle, ThrottleSetting } from './faults/Throttle.ts';
export type { Operation } from './http/routeOperation.ts';
export type { BucketStats, RequestLogEntry } from './RequestLog.ts';

/** Known to everybody, and good for a bucket on one's own machine only. */
export const LOCAL_CREDENTIALS = {
  accessKeyId: 'LOCALONLYACCESSKEY',
  secretAccessKey: 'local-only-secret-never-use-it-elsewhere',
} as const;

export interface BucketOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** It is never reachable from another machine. */
  host?: '127.0.0.1';
  /** Where the objects live; by default a fresh folder that goes away at the stop. One process at a time. */
  dir?: string;
  /** Default `us-east-1`. Signatures for another region are refused. */
  region?: string;
  /** Default `LOCAL_CREDENTIALS`. */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** If given, every signature must come with this token. */
  sessionToken?: string;
  /** Made at the start if they are not there. */
  buckets?: string[];
  /** Set for these buckets at the start. */
  cors?: CorsRule[];
  /** Milliseconds since 1970; for tests of expiry. */
  now?: () => number;
  /** What every part but the last must have. Default 5 MiB, as S3. */
  minPartSizeBytes?: number;
  /** How fast bodies are taken in; can be changed later. */
  throttle?: ThrottleSetting;
  /** Whether tests in another process may plan faults by `/_bucket/…`. Default false. */
  control?: boolean;
}

export interface RunningBucket {
  /** `http://127.0.0.1:{port}`; buckets are below it in path style, or at `{bucket}.localhost:{port}`. */
  readonly url: string;
  readonly port: number;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What shall go wrong. */
  readonly faults: FaultPlan;
  readonly throttle: Throttle;
  /** The last 20,000 requests, oldest first, those under way included. */
  readonly log: readonly RequestLogEntry[];
  stats(): BucketStats;
  /** Forgets log and counts. */
  resetStats(): void;
  /** Cuts all connections, and frees the port. Safe to repeat. */
  stop(): Promise<void>;
}

const MIN_PART_BYTES = 5 * 1024 * 1024;

/**
 * Starts a local S3-compatible bucket on 127.0.0.1.
 * @throws Error with `code` `EADDRINUSE` when the port is taken; S3Error for a bucket name or CORS rule S3 refuses.
 * @example
 * const bucket = await startBucket({ buckets: ['demo'] });
 * console.log(bucket.url);
 * await bucket.stop();
 */
export async function startBucket(options: BucketOptions = {}): Promise<RunningBucket> {
  const { port = 0, host = '127.0.0.1', region = 'us-east-1', now = Date.now } = options;
  const credentials = {
    accessKeyId: options.accessKeyId ?? LOCAL_CREDENTIALS.accessKeyId,
    secretAccessKey: options.secretAccessKey ?? LOCAL_CREDENTIALS.secretAccessKey,
    sessionToken: options.sessionToken,
  };
  const server = createServer();
  const address = await listen(server, port, host);
  const fresh = options.dir === undefined;
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'bucketdrop-'));
  const removeFresh = () => {
    if (fresh) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    process.off('exit', removeFresh);
  };
  process.once('exit', removeFresh);
  try {
    const services: Services = {
      store: openStore(dir, options, now()),
      identity: { credentials, region },
      minPartBytes: options.minPartSizeBytes ?? MIN_PART_BYTES,
      faults: new FaultPlan(),
      throttle: new Throttle(),
      log: new RequestLog(),
      now,
    };
    services.throttle.set(options.throttle);
    const running = serve(server, services, options.control === true);
    const stop = async () => {
      await close(server);
      await Promise.allSettled(running);
      services.store.close();
      removeFresh();
    };
    let stopped: Promise<void> | undefined;
    return {
      url: `http://${host}:${address.port}`,
      port: address.port,
      region,
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      faults: services.faults,
      throttle: services.throttle,
      log: services.log.entries,
      stats: () => services.log.stats(services.faults.fired()),
      resetStats: () => services.log.reset(),
      stop: () => {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    await close(server);
    removeFresh();
    throw error;
  }
}

function openStore(dir: string, { buckets = [], cors }: BucketOptions, now: number): Store {
  cors?.forEach(assertCorsRule);
  const store = new Store(dir);
  for (const name of buckets) {
    const bucket = store.create(name, now);
    if (cors !== undefined) bucket.setCors(cors);
  }
  return store;
}

/** Lets requests in; the set holds those under way. */
function serve(server: Server, services: Services, withControl: boolean): Set<Promise<void>> {
  const running = new Set<Promise<void>>();
  const onRequest = (incoming: IncomingMessage, response: ServerResponse) => {
    const controls = withControl && incoming.url?.startsWith(CONTROL_PATH) === true;
    const handled = (controls ? handleControl : handleRequest)(services, incoming, response);
    running.add(handled);
    void handled.finally(() => running.delete(handled));
  };
  server.on('request', onRequest);
  // Only after a look at the head the client is told to send its body.
  server.on('checkContinue', onRequest);
  server.on('connection', () => services.log.connected());
  return running;
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  // A slow upload may take as long as it likes; silence is watched elsewhere.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 20_000;
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') {
        reject(cause);
        return;
      }
      const message = `Port ${port} on ${host} is taken: stop what listens there, or choose another port (0 takes any free one).`;
      reject(Object.assign(new Error(message, { cause }), { code: 'EADDRINUSE', port }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve(server.address() as AddressInfo);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
