import type { IncomingMessage } from 'node:http';

/** What frameworks add to Node's request. */
export interface FrameworkRequest extends IncomingMessage {
  /** Express, Connect and Vite cut the mount path off `url` and keep the whole here. */
  originalUrl?: string;
  /** A body that a parser in front of us has read already. */
  body?: unknown;
  /** Express and Fastify: as the caller wrote it, where the site trusts the proxy that says so. */
  protocol?: string;
  host?: string;
}

/** No `Request` can carry these. The endpoint takes them no more than OPTIONS, so that stands in. */
const METHODS_WITHOUT_REQUEST: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** Node's request as a `Request`; null if it is none that could be answered. */
export function toRequest(
  req: FrameworkRequest,
  seen: Pick<FrameworkRequest, 'originalUrl' | 'protocol' | 'host'> = req,
): Request | null {
  const { method = 'GET' } = req;
  const headers = new Headers();
  try {
    for (const [name, value] of Object.entries(req.headersDistinct)) {
      for (const one of value ?? []) if (!name.startsWith(':')) headers.append(name, one);
    }
    const url = toUrl(req, seen);
    if (METHODS_WITHOUT_REQUEST.has(method)) return new Request(url, { method: 'OPTIONS' });
    if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
    const body = bodyOf(req);
    return new Request(url, { method, headers, body, duplex: 'half' } as RequestInit);
  } catch {
    return null;
  }
}

function toUrl(
  req: FrameworkRequest,
  { originalUrl, protocol, host }: Pick<FrameworkRequest, 'originalUrl' | 'protocol' | 'host'>,
): string {
  const path = originalUrl ?? req.url ?? '/';
  const scheme = protocol === 'https' || ('encrypted' in req.socket && req.socket.encrypted === true);
  const start = `${scheme ? 'https' : 'http'}://`;
  const named = start + (host ?? req.headers.host ?? 'localhost');
  const origin = URL.canParse(named) ? named : `${start}localhost`;
  // A path such as //evil.example must not be taken for a host.
  return path.startsWith('/') ? origin + path : path === '*' ? `${origin}/` : path;
}

function bodyOf(req: FrameworkRequest): ReadableStream<Uint8Array> | string | Uint8Array {
  if (!req.readableEnded) return toWebStream(req);
  const { body = '' } = req;
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
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
