import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  request as send,
} from 'node:http';
import { pipeline, Transform } from 'node:stream';

export interface ProxyTraffic {
  /** Requests that carried a part of a file from the browser, and were answered well. */
  storedParts: number;
  /** Requests that carried a part of a file, whatever became of them. */
  begunParts: number;
  /** The most parts that were on their way at one moment. */
  mostPartsAtOnce: number;
  /** Bytes of bodies that browsers sent to the bucket. */
  bodyBytes: number;
  preflights: number;
}

/**
 * Stands between the browser and the store, which is signed for this address. Counts, slows down, breaks: with
 * any store alike. What the endpoint itself asks of the store passes untouched.
 */
export class BucketProxy {
  readonly traffic: ProxyTraffic = {
    storedParts: 0,
    begunParts: 0,
    mostPartsAtOnce: 0,
    bodyBytes: 0,
    preflights: 0,
  };
  /** Of all uploads together; no limit by default. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  /** So many of the next parts are cut off half way. */
  partsToCut = 0;
  /** Leaves the CORS headers out of every answer, and refuses preflights. */
  withoutCors = false;
  readonly #target: URL;
  readonly #agent = new Agent({ keepAlive: true });
  #server = createServer();
  #port = 0;
  #partsNow = 0;
  #nextFreeMs = 0;
  #lastByteMs = 0;

  constructor(target: string) {
    this.#target = new URL(target);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How long ago the browser last sent a byte of a file. */
  quietForMs(): number {
    return performance.now() - this.#lastByteMs;
  }

  /** Listens; after `goDown`, on the same port as before. */
  async comeUp(): Promise<void> {
    this.#server = createServer((request, response) => this.#forward(request, response));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as { port: number }).port;
  }

  /** Cuts every connection and takes no new one. */
  async goDown(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    this.#agent.destroy();
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const fromBrowser = request.headers.origin !== undefined;
    const isPart = fromBrowser && request.method === 'PUT' && /[?&]partNumber=/.test(request.url ?? '');
    if (request.method === 'OPTIONS') this.traffic.preflights++;
    if (fromBrowser && this.withoutCors && request.method === 'OPTIONS') {
      response.writeHead(403).end();
      return;
    }
    if (isPart) {
      this.traffic.begunParts++;
      this.traffic.mostPartsAtOnce = Math.max(this.traffic.mostPartsAtOnce, ++this.#partsNow);
      response.once('close', () => this.#partsNow--);
    }
    const upstream = send({
      host: this.#target.hostname,
      port: this.#target.port,
      method: request.method,
      path: request.url,
      // as they came, the Host that was signed among them
      headers: request.rawHeaders as unknown as OutgoingHttpHeaders,
      setHost: false,
      agent: this.#agent,
    });
    upstream.on('response', (answer) => {
      if (isPart && answer.statusCode === 200) this.traffic.storedParts++;
      response.writeHead(answer.statusCode ?? 502, this.#answerHeaders(answer, fromBrowser));
      pipeline(answer, response, () => undefined);
    });
    upstream.on('error', () => response.destroy());
    const cutAfter =
      isPart && this.partsToCut > 0 ? Number(request.headers['content-length']) / 2 : undefined;
    if (cutAfter !== undefined) this.partsToCut--;
    pipeline(request, this.#meter(fromBrowser, cutAfter, request), upstream, () => undefined);
  }

  #answerHeaders(answer: IncomingMessage, fromBrowser: boolean): string[] {
    if (!fromBrowser || !this.withoutCors) return answer.rawHeaders;
    const kept: string[] = [];
    for (let at = 0; at < answer.rawHeaders.length; at += 2) {
      const [name = '', value = ''] = answer.rawHeaders.slice(at, at + 2);
      if (!/^access-control-/i.test(name)) kept.push(name, value);
    }
    return kept;
  }

  #meter(fromBrowser: boolean, cutAfter: number | undefined, request: IncomingMessage): Transform {
    let passed = 0;
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        passed += chunk.length;
        if (fromBrowser) {
          this.traffic.bodyBytes += chunk.length;
          this.#lastByteMs = performance.now();
        }
        if (cutAfter !== undefined && passed >= cutAfter) {
          request.socket.resetAndDestroy();
          done(new Error('cut off'));
          return;
        }
        const waitMs = fromBrowser ? this.#reserve(chunk.length) : 0;
        if (waitMs > 1) setTimeout(() => done(null, chunk), waitMs);
        else done(null, chunk);
      },
    });
  }

  /** How long these bytes have to wait so that all of them together keep to the rate. */
  #reserve(bytes: number): number {
    const now = performance.now();
    this.#nextFreeMs = Math.max(now, this.#nextFreeMs) + (bytes / this.bytesPerSecond) * 1000;
    return this.#nextFreeMs - now;
  }
}
