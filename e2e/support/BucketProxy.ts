import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';
import { answerInstead, damagedByte, type LineFault, type LineOperation, operationOf } from './LineFault.ts';
import { LineRate } from './LineRate.ts';

export interface ProxyTraffic {
  /** Requests that carried a part of a file from the browser, and were answered well. */
  storedParts: number;
  /** Requests that carried a part of a file, whatever became of them. */
  begunParts: number;
  /** The most parts that were on their way at one moment. */
  mostPartsAtOnce: number;
  /** The most requests with a file or a part of one that were on their way at one moment. */
  mostUploadsAtOnce: number;
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
    mostUploadsAtOnce: 0,
    bodyBytes: 0,
    preflights: 0,
  };
  /** So many of the next parts are cut off half way. */
  partsToCut = 0;
  /** So many of the next downloads by a link are reset half way. */
  downloadsToCut = 0;
  /** Leaves the CORS headers out of every answer, and refuses preflights. */
  withoutCors = false;
  /** Cuts every browser off, while the endpoint goes on. */
  refuseBrowsers = false;
  /** What goes wrong with a request; nothing by default. */
  planFault: (operation: LineOperation, request: IncomingMessage) => LineFault | undefined = () => undefined;
  /** How long a sender has put up with a request that stalled without an end. */
  longestStallMs = 0;
  #life = 0;
  /** Called when bytes of a file have passed. */
  onMoved: () => void = () => undefined;
  readonly #target: URL;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #browsers = new Set<Socket>();
  #server = createServer();
  #port = 0;
  #partsNow = 0;
  #uploadsNow = 0;
  readonly #rate = new LineRate();
  #lastByteMs = 0;

  constructor(target: string) {
    this.#target = new URL(target);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Of all uploads together; no limit by default. What waits as the old rate has it goes on at once. */

  get bytesPerSecond(): number {
    return this.#rate.bytesPerSecond;
  }

  set bytesPerSecond(rate: number) {
    this.#rate.bytesPerSecond = rate;
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

  /** Cuts the connections of all browsers; they may come again. */
  cutBrowsers(): void {
    for (const socket of this.#browsers) socket.resetAndDestroy();
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const fromBrowser = request.headers.origin !== undefined;
    if (fromBrowser && !this.#admit(request.socket)) return;
    const fault = this.planFault(operationOf(request.method, request.url), request);
    const length = Number(request.headers['content-length'] ?? 0);
    if (fault?.kind === 'answer') {
      if (fromBrowser) request.on('data', (chunk: Buffer) => this.#moved(chunk.length));
      answerInstead(fault, request, response);
      return;
    }
    if (fault?.kind === 'reset' && length === 0) {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault?.kind === 'stall' && length === 0) {
      if (fault.ms !== undefined) setTimeout(() => this.#pass(request, response, fromBrowser), fault.ms);
      return;
    }
    this.#pass(request, response, fromBrowser, fault);
  }

  #admit(socket: Socket): boolean {
    if (this.refuseBrowsers) {
      socket.resetAndDestroy();
      return false;
    }
    if (!this.#browsers.has(socket)) {
      this.#browsers.add(socket);
      socket.once('close', () => this.#browsers.delete(socket));
    }
    return true;
  }

  #pass(
    request: IncomingMessage,
    response: ServerResponse,
    fromBrowser: boolean,
    fault?: LineFault | undefined,
  ): void {
    const isPart = fromBrowser && request.method === 'PUT' && /[?&]partNumber=/.test(request.url ?? '');
    if (request.method === 'OPTIONS') this.traffic.preflights++;
    if (fromBrowser && this.withoutCors && request.method === 'OPTIONS') {
      response.writeHead(403).end();
      return;
    }
    if (fromBrowser && (request.method === 'PUT' || request.method === 'POST')) {
      this.traffic.mostUploadsAtOnce = Math.max(this.traffic.mostUploadsAtOnce, ++this.#uploadsNow);
      response.once('close', () => this.#uploadsNow--);
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
      if (fault?.kind === 'lost-answer') {
        answer.resume();
        answer.once('end', () => request.socket.resetAndDestroy());
        return;
      }
      if (isPart && answer.statusCode === 200) this.traffic.storedParts++;
      response.writeHead(answer.statusCode ?? 502, this.#answerHeaders(answer, fromBrowser));
      if (this.downloadsToCut > 0 && /[?&]response-content-disposition=/.test(request.url ?? '')) {
        this.downloadsToCut--;
        pipeline(answer, cutHalfWay(answer, response), response, () => undefined);
      } else pipeline(answer, response, () => undefined);
    });
    upstream.on('error', () => response.destroy());
    const cut: LineFault | undefined = isPart && this.partsToCut > 0 ? { kind: 'reset', at: 0.5 } : undefined;
    if (cut) this.partsToCut--;
    pipeline(request, this.#meter(fromBrowser, cut ?? fault, request), upstream, () => undefined);
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

  #meter(fromBrowser: boolean, fault: LineFault | undefined, request: IncomingMessage): Transform {
    const length = Number(request.headers['content-length'] ?? 0);
    const breakAt = fault?.kind === 'reset' || fault?.kind === 'stall' ? fault.at * length : undefined;
    const damageAt = fault?.kind === 'damage' ? damagedByte(length) : -1;
    let passed = 0;
    let stalled = false;
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        const start = passed;
        passed += chunk.length;
        if (fromBrowser) this.#moved(chunk.length);
        if (damageAt >= start && damageAt < passed) chunk[damageAt - start] = ~(chunk[damageAt - start] ?? 0);
        const waitMs = fromBrowser ? this.#rate.reserve(chunk.length) : 0;
        if (breakAt !== undefined && passed >= breakAt && fault?.kind === 'reset') {
          request.socket.resetAndDestroy();
          done(new Error('cut off'));
        } else if (breakAt !== undefined && passed >= breakAt && fault?.kind === 'stall' && !stalled) {
          stalled = true;
          // without an end, until the sender gives up: its closing ends the pipeline
          if (fault.ms === undefined) this.#timeStall(request.socket);
          else setTimeout(() => done(null, chunk), fault.ms);
        } else if (waitMs > 1) this.#rate.wait(waitMs, () => done(null, chunk));
        else done(null, chunk);
      },
    });
  }

  /** What stalled until now counts no more, also where its end is still to be seen. */
  forgetStalls(): void {
    this.#life++;
    this.longestStallMs = 0;
  }

  #timeStall(socket: Socket): void {
    const since = performance.now();
    const life = this.#life;
    socket.once('close', () => {
      if (life === this.#life) this.longestStallMs = Math.max(this.longestStallMs, performance.now() - since);
    });
  }

  #moved(bytes: number): void {
    this.traffic.bodyBytes += bytes;
    this.#lastByteMs = performance.now();
    this.onMoved();
  }
}

function cutHalfWay(answer: IncomingMessage, response: ServerResponse): Transform {
  let left = Number(answer.headers['content-length']) / 2;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      left -= chunk.length;
      if (left > 0) done(null, chunk);
      // what was sent before shall arrive
      else setTimeout(() => response.socket?.resetAndDestroy(), 300);
    },
  });
}
