import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createUploadEndpoint, toNodeListener, type UploadEndpoint } from '../../src/endpoint/index.ts';
import { epochMs, type SinkRequest } from '../sink/Sink.ts';
import { answerBare } from './answerBare.ts';
import { answerBetterUpload } from './answerBetterUpload.ts';
import { answerLibStorage } from './answerLibStorage.ts';
import { answerStock } from './answerStock.ts';
import { answerUppy5 } from './answerUppy5.ts';
import { BareSigner } from './BareSigner.ts';
import { type BucketPlace, publicOrigin } from './BucketPlace.ts';
import { MultipartCalls } from './MultipartCalls.ts';
import { chooseKey, type SiteCall, type SiteContext } from './SiteCall.ts';

/** As nginx has it; Node's own 5 s would add a handshake to the last call of a long upload. */
const KEEP_ALIVE_MS = 75_000;
const SECRET = 'a secret for the tickets of a bench that runs on one machine';

/** The site of the page: serves one bundle per client, and what each client asks its server for. */
export class Site {
  /** Calls to `/api/…` since the last reset. */
  readonly requests: SinkRequest[] = [];
  #pages = '';
  #place: BucketPlace | undefined;
  #shared: Omit<SiteContext, 'run'> | undefined;
  /** By the first word of the client's name: `bare`, `bare-put`. */
  readonly #calls: Readonly<Record<string, Readonly<Record<string, SiteCall>>>> = {
    bare: answerBare,
    stock: answerStock,
    uppy5: answerUppy5,
    better: answerBetterUpload,
    lib: answerLibStorage(() => this.#known(this.#place)),
  };
  #listener: ReturnType<typeof toNodeListener> | undefined;
  #isWarm = false;

  /**
   * Gets ready what this client's server needs for this run, as it is where a site has been up for long.
   *
   * @param pages the folder with the bundles
   */
  async serve(pages: string, place: BucketPlace, run: string, client: string): Promise<void> {
    this.#pages = pages;
    this.#place = place;
    const multipart = new MultipartCalls(place);
    const signer = new BareSigner(place);
    this.#shared = { signer, multipart };
    const rounds = this.#isWarm ? 1 : WARM_UP_ROUNDS;
    this.#isWarm = true;
    for (let round = 0; round < rounds; round++) {
      await multipart.warmUp();
      signer.warmUp();
    }
    const endpoint = this.#createEndpoint(run, client);
    for (let round = 0; round < rounds; round++) await warmUp(endpoint);
    if (!client.startsWith('ours')) return;
    this.#listener = toNodeListener(endpoint);
  }

  async listen(): Promise<number> {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      this.#respond(request, response).catch((error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, area, run = '', client = '', call = ''] = (request.url ?? '').split(/[/?]/);
    if (area === 'api') {
      this.#note(call, request, response);
      if (client.startsWith('ours')) return this.#known(this.#listener)(request, response);
      return this.#answer({ run, ...this.#known(this.#shared) }, client, call, request, response);
    }
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname.endsWith('.js')) {
      response.setHeader('content-type', 'text/javascript');
      response.end(await readFile(join(this.#pages, pathname)));
      return;
    }
    response.setHeader('content-type', 'text/html');
    response.end(page(area ?? ''));
  }

  #note(call: string, request: IncomingMessage, response: ServerResponse): void {
    const bytes = Number(request.headers['content-length'] ?? 0);
    const seen = { connection: 0, kind: `site ${call}`, bytes, startMs: epochMs(), endMs: 0 };
    this.requests.push(seen);
    response.on('finish', () => {
      seen.endMs = epochMs();
    });
  }

  async #answer(
    context: SiteContext,
    client: string,
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const kind = client.split('-')[0] ?? '';
    const calls = Object.hasOwn(this.#calls, kind) ? this.#calls[kind] : undefined;
    const call = calls && Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (!call) {
      response.writeHead(404).end();
      return;
    }
    const pieces: Buffer[] = [];
    for await (const bytes of request as AsyncIterable<Buffer>) pieces.push(bytes);
    const answer = await call(context, JSON.parse(Buffer.concat(pieces).toString()));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  }

  #createEndpoint(run: string, client: string): UploadEndpoint {
    const place = this.#known(this.#place);
    const { bucket, region, accessKeyId, secretAccessKey, profile } = place;
    return createUploadEndpoint({
      store: {
        bucket,
        region,
        accessKeyId,
        secretAccessKey,
        endpoint: publicOrigin(place),
        ...(client.endsWith('-hosts') && { hosts: [publicOrigin(place, 1)] }),
        profile,
      },
      secret: SECRET,
      authorize: () => ({ id: 'bench' }),
      uploads: { key: ({ name }) => chooseKey(run, name) },
    });
  }

  #known<T>(value: T | undefined): T {
    if (value === undefined) throw new Error('asked before it was told where the bucket is');
    return value;
  }
}

/** Node compiles what it has run some thousand times, and a site that is up has. */
const WARM_UP_ROUNDS = 20;
const NO_MD5 = 'AAAAAAAAAAAAAAAAAAAAAA==';

/** Begins a hundred uploads; one is given up, and the others are said to be done and are not. */
async function warmUp(endpoint: UploadEndpoint): Promise<void> {
  const post = async (call: string, body: unknown) => {
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const answer = await endpoint.handle(new Request(`http://site/${call}`, request));
    if (!answer.ok) throw new Error(`the endpoint answered ${call} with ${answer.status}`);
    return await answer.json();
  };
  const sizeBytes = 64 * 1024 * 1024;
  const file = { id: 'large', name: 'warm-up', sizeBytes, type: 'text/plain', partSizeBytes: sizeBytes / 8 };
  const small = Array.from({ length: 99 }, (_, n) => ({
    id: String(n),
    name: `warm-up-${n}`,
    sizeBytes: 20_000,
    type: 'text/plain',
    checksum: NO_MD5,
  }));
  const { uploads } = await post('uploads', {
    files: [{ ...file, partChecksums: 'crc32', firstParts: 8 }, ...small],
  });
  const [large, ...others] = (uploads as { ticket: string }[]).map(({ ticket }) => ({ ticket }));
  await post('complete', { uploads: others });
  await post('abort', { uploads: [large] });
}

function page(client: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${client}</title>
<link rel="icon" href="data:,"><input type="file" multiple><script type="module" src="/${client}.js"></script></html>`;
}
