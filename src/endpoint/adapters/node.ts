import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UploadEndpoint } from '../createUploadEndpoint.ts';
import { MAX_BODY_BYTES } from '../readJson.ts';

/** What frameworks add to Node's request. */
interface FrameworkRequest extends IncomingMessage {
  /** Express, Connect and Vite cut the mount path off `url` and keep the whole here. */
  originalUrl?: string;
  /** A body that a parser in front of us has read already. */
  body?: unknown;
}

/** No `Request` can carry these. The endpoint takes them no more than OPTIONS, so that stands in. */
const METHODS_WITHOUT_REQUEST: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);
const DRAIN_TIMEOUT_MS = 2_000;
const DRAIN_MAX_BYTES = 8 * MAX_BODY_BYTES;

/**
 * Mounts the endpoint in Node's `http`, or as a middleware in Express, Connect or Vite. It only translates.
 *
 * @example
 * createServer(toNodeListener(endpoint)).listen(3000);
 * app.use('/api/uploads', toNodeListener(endpoint)); // Express
 */
export function toNodeListener(
  endpoint: Pick<UploadEndpoint, 'handle'>,
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    serve(endpoint, req, res).catch(() => res.destroy());
  };
}

async function serve(
  endpoint: Pick<UploadEndpoint, 'handle'>,
  req: FrameworkRequest,
  res: ServerResponse,
): Promise<void> {
  // A caller that hangs up is no news, and without a listener it would be an exception.
  res.on('error', () => {});
  const request = toRequest(req);
  const response =
    request === null
      ? Response.json({ error: { code: 'bad-request', message: 'this is no request' } }, { status: 400 })
      : await endpoint.handle(request);
  const body = new Uint8Array(await response.arrayBuffer());
  if (res.destroyed) return;
  response.headers.forEach((value, name) => {
    res.setHeader(name, value);
  });
  if (response.status !== 204) res.setHeader('content-length', body.byteLength);
  const unread = !req.readableEnded && !isEmpty(req);
  if (unread) res.setHeader('connection', 'close');
  res.writeHead(response.status);
  if (body.byteLength > 0) res.write(body);
  // Closing while the caller still sends would reset the connection, and with it take the answer away.
  if (unread) await drain(req);
  res.end();
}

function toRequest(req: FrameworkRequest): Request | null {
  const { method = 'GET' } = req;
  const headers = new Headers();
  try {
    for (const [name, value] of Object.entries(req.headersDistinct)) {
      for (const one of value ?? []) if (!name.startsWith(':')) headers.append(name, one);
    }
    const url = toUrl(req);
    if (METHODS_WITHOUT_REQUEST.has(method)) return new Request(url, { method: 'OPTIONS' });
    if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
    const body = bodyOf(req);
    return new Request(url, { method, headers, body, duplex: 'half' } as RequestInit);
  } catch {
    return null;
  }
}

function toUrl(req: FrameworkRequest): string {
  const path = req.originalUrl ?? req.url ?? '/';
  const scheme = 'encrypted' in req.socket && req.socket.encrypted === true ? 'https' : 'http';
  const host = req.headers.host ?? 'localhost';
  const origin = URL.canParse(`${scheme}://${host}`) ? `${scheme}://${host}` : `${scheme}://localhost`;
  // A path such as //evil.example must not be taken for a host.
  return path.startsWith('/') ? origin + path : path === '*' ? `${origin}/` : path;
}

function bodyOf(req: FrameworkRequest): ReadableStream<Uint8Array> | string | Uint8Array {
  if (req.readableEnded && req.body !== undefined) {
    return typeof req.body === 'string' || req.body instanceof Uint8Array
      ? req.body
      : JSON.stringify(req.body);
  }
  return toWebStream(req);
}

/** Takes no more from the socket than is read, so that a large body meets the limit and not the memory. */
function toWebStream(req: IncomingMessage): ReadableStream<Uint8Array> {
  let over = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const finish = (end: () => void) => {
          if (!over) end();
          over = true;
        };
        req.on('data', (chunk: Uint8Array) => {
          if (over) return;
          controller.enqueue(new Uint8Array(chunk));
          req.pause();
        });
        req.on('end', () => finish(() => controller.close()));
        req.on('error', (error) => finish(() => controller.error(error)));
        req.on('close', () => finish(() => controller.error(new Error('the caller hung up'))));
        req.pause();
      },
      pull() {
        req.resume();
      },
      cancel() {
        over = true;
        req.pause();
      },
    },
    { highWaterMark: 0 },
  );
}

function isEmpty(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] === undefined && Number(req.headers['content-length'] ?? 0) === 0;
}

/** Lets a caller finish sending what nobody reads, within reason. */
function drain(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let size = 0;
    const stop = () => {
      clearTimeout(timer);
      req.off('data', count);
      resolve();
    };
    const count = (chunk: Uint8Array) => {
      size += chunk.byteLength;
      if (size > DRAIN_MAX_BYTES) stop();
    };
    const timer = setTimeout(stop, DRAIN_TIMEOUT_MS);
    req.on('data', count).on('end', stop).on('close', stop).resume();
  });
}
