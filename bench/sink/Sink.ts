import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { crc32 } from 'node:zlib';
import { readForm } from './readForm.ts';
import { type NamedPart, type Piece, type SinkObject, SinkObjects } from './SinkObjects.ts';

/** One request as the server saw it; times in milliseconds since 1970. */
export interface SinkRequest {
  connection: number;
  /** `OPTIONS`, `PUT`, `POST form`, `POST create`, … */
  kind: string;
  bytes: number;
  startMs: number;
  endMs: number;
}

const KEEP_ALIVE_MS = 30_000;
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Location, x-amz-checksum-crc32',
};

/**
 * The least server that answers as S3 does: it takes objects, hashes them and forgets the bytes, so that the server is
 * never what is measured. It checks no signature.
 */
export class Sink {
  readonly objects = new SinkObjects();
  readonly requests: SinkRequest[] = [];
  #connections = new Set<Socket>();
  readonly #ids = new WeakMap<Socket, number>();
  #lastId = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.on('connection', (socket) => this.#ids.set(socket, ++this.#lastId));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  reset(): void {
    this.objects.clear();
    this.requests.length = 0;
    this.#connections = new Set();
  }

  /** Connections that carried a request from a browser since the last reset. */
  get connections(): number {
    return this.#connections.size;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sink');
    const seen: SinkRequest = {
      connection: this.#ids.get(request.socket) ?? 0,
      kind: kindOf(request.method ?? '', url.searchParams),
      bytes: Number(request.headers['content-length'] ?? 0),
      startMs: epochMs(),
      endMs: 0,
    };
    // Only browsers send it; the endpoint's own calls are not the page's.
    if (request.headers.origin !== undefined) {
      this.requests.push(seen);
      this.#connections.add(request.socket);
    }
    const [status, headers, body = ''] = await this.#answer(seen.kind, request, url);
    response.writeHead(status, {
      ...CORS,
      ...headers,
      ...(request.method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(body) }),
    });
    response.end(body);
    seen.endMs = epochMs();
  }

  async #answer(kind: string, request: IncomingMessage, url: URL): Promise<Answer> {
    const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
    const uploadId = url.searchParams.get('uploadId') ?? '';
    const type = request.headers['content-type'] ?? 'binary/octet-stream';
    switch (kind) {
      case 'OPTIONS':
        return [
          200,
          {
            'access-control-allow-methods': 'GET, PUT, POST, DELETE, HEAD',
            'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
            'access-control-max-age': '3600',
          },
        ];
      case 'POST form':
        return this.#takeForm(request);
      case 'PUT': {
        const piece = await hashBody(request, new PieceHash('md5'));
        const object = this.objects.store(key, type, piece.etag, [piece]);
        return [200, { etag: `"${object.etag}"` }];
      }
      case 'PUT part': {
        const upload = this.objects.upload(uploadId);
        if (!upload) return failure(404, 'NoSuchUpload');
        const piece = await hashBody(request, new PieceHash('sha256', upload.hasCrc32));
        upload.parts.set(Number(url.searchParams.get('partNumber')), piece);
        const told: Record<string, string> =
          piece.crc32 === undefined ? {} : { 'x-amz-checksum-crc32': piece.crc32 };
        return [200, { etag: `"${piece.etag}"`, ...told }];
      }
      case 'POST create':
        return xml(
          `<InitiateMultipartUploadResult><Key>${escapeXml(key)}</Key><UploadId>${this.objects.begin(key, type, request.headers['x-amz-checksum-algorithm'] === 'CRC32')}</UploadId></InitiateMultipartUploadResult>`,
        );
      case 'POST complete': {
        const object = this.objects.complete(uploadId, readParts(await readText(request)));
        return object
          ? xml(
              `<CompleteMultipartUploadResult><Location>http://${request.headers.host}${escapeXml(url.pathname)}</Location><Bucket>bench</Bucket><Key>${escapeXml(key)}</Key><ETag>"${object.etag}"</ETag></CompleteMultipartUploadResult>`,
            )
          : failure(400, 'InvalidPart');
      }
      case 'DELETE':
        this.objects.abort(uploadId);
        return [204, {}];
      case 'HEAD': {
        const object = this.objects.get(key);
        return object ? [200, headersOf(object)] : [404, {}];
      }
      default:
        return failure(501, 'NotImplemented');
    }
  }

  async #takeForm(request: IncomingMessage): Promise<Answer> {
    const hash = new PieceHash('md5');
    const fields = await readForm(request, (bytes) => hash.update(bytes));
    const key = fields.get('key') ?? '';
    const piece = hash.finish();
    const object = this.objects.store(key, fields.get('content-type') ?? '', piece.etag, [piece]);
    const headers = { etag: `"${object.etag}"`, 'content-type': 'application/xml' };
    return [
      201,
      headers,
      `<PostResponse><Key>${escapeXml(key)}</Key><ETag>"${object.etag}"</ETag></PostResponse>`,
    ];
  }
}

type Answer = [status: number, headers: Record<string, string>, body?: string];

function kindOf(method: string, query: URLSearchParams): string {
  if (method === 'PUT' && query.has('partNumber')) return 'PUT part';
  if (method !== 'POST') return method;
  return query.has('uploads') ? 'POST create' : query.has('uploadId') ? 'POST complete' : 'POST form';
}

/** What the sink keeps of the bytes of one request. */
class PieceHash {
  readonly #sha256 = createHash('sha256');
  readonly #md5: Hash | undefined;
  #crc32: number | undefined;
  #sizeBytes = 0;

  /** @param etag what the ETag is made of: S3's is the MD5, which clients of single requests may compare */
  constructor(etag: 'md5' | 'sha256', hasCrc32 = false) {
    this.#md5 = etag === 'md5' ? createHash('md5') : undefined;
    this.#crc32 = hasCrc32 ? 0 : undefined;
  }

  update(bytes: Buffer): void {
    this.#sha256.update(bytes);
    this.#md5?.update(bytes);
    if (this.#crc32 !== undefined) this.#crc32 = crc32(bytes, this.#crc32);
    this.#sizeBytes += bytes.length;
  }

  finish(): Piece {
    const sha256 = this.#sha256.digest('hex');
    const etag = this.#md5?.digest('hex') ?? sha256.slice(0, 32);
    const piece = { sizeBytes: this.#sizeBytes, sha256, etag };
    return this.#crc32 === undefined ? piece : { ...piece, crc32: base64Of(this.#crc32) };
  }
}

function base64Of(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}

async function hashBody(request: IncomingMessage, hash: PieceHash): Promise<Piece> {
  for await (const bytes of request as AsyncIterable<Buffer>) hash.update(bytes);
  return hash.finish();
}

async function readText(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const bytes of request as AsyncIterable<Buffer>) pieces.push(bytes);
  return Buffer.concat(pieces).toString();
}

function readParts(body: string): NamedPart[] {
  return [...body.matchAll(/<Part>([\s\S]*?)<\/Part>/g)].map(([, part = '']) => ({
    partNumber: Number(/<PartNumber>\s*(\d+)/.exec(part)?.[1]),
    etag: /<ETag>(?:&quot;|&#34;|")?([0-9a-f]+)/.exec(part)?.[1] ?? '',
    crc32: /<ChecksumCRC32>\s*([^<\s]+)/.exec(part)?.[1],
  }));
}

function headersOf({ etag, type, pieces }: SinkObject): Record<string, string> {
  const sizeBytes = pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);
  return {
    etag: `"${etag}"`,
    'content-type': type,
    'content-length': String(sizeBytes),
    'last-modified': new Date().toUTCString(),
  };
}

function xml(body: string): Answer {
  return [200, { 'content-type': 'application/xml' }, `<?xml version="1.0" encoding="UTF-8"?>${body}`];
}

function failure(status: number, code: string): Answer {
  return [status, { 'content-type': 'application/xml' }, `<Error><Code>${code}</Code></Error>`];
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Milliseconds since 1970, finer than `Date.now()`. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
