import { createHash } from 'node:crypto';
import { S3Error } from '../S3Error.ts';
import type { ChunkSignatures } from './ChunkSignatures.ts';

/** Longest line of chunk header or trailer, in bytes. */
const MAX_LINE = 16 * 1024;

/**
 * Unwraps an aws-chunked body: `{hex size}[;chunk-signature=…]\r\n{bytes}\r\n`, a chunk of size 0, then trailers.
 * Trailers are put into `trailers` by lower-case name. With `signatures` every chunk's signature is checked.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @throws S3Error IncompleteBody for a body that ends early, InvalidRequest for one that is not of this form,
 * SignatureDoesNotMatch.
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
  signatures?: ChunkSignatures,
): AsyncGenerator<Buffer> {
  const reader = new Reader(body);
  while (true) {
    const header = /^([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(await reader.line());
    if (header === null) throw new S3Error('InvalidRequest', 'The chunk header is malformed');
    const size = Number.parseInt(header[1] as string, 16);
    const hash = signatures && createHash('sha256');
    for (let left = size; left > 0; ) {
      const piece = await reader.bytes(left);
      left -= piece.length;
      hash?.update(piece);
      yield piece;
    }
    if (hash !== undefined) signatures?.checkChunk(hash.digest('hex'), header[2]);
    if (size === 0) break;
    if ((await reader.line()) !== '') throw new S3Error('InvalidRequest', 'A chunk is longer than its size');
  }
  const text: string[] = [];
  // The last trailer's CRLF may end the body, as in S3's own example, or an empty line follows it.
  for (let line = await reader.lineOrEnd(); line !== ''; line = await reader.lineOrEnd()) {
    const at = line.indexOf(':');
    if (at < 1) throw new S3Error('InvalidRequest', 'The trailer is malformed');
    const [name, value] = [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    trailers.set(name, value);
    if (name !== 'x-amz-trailer-signature') text.push(`${name}:${value}\n`);
  }
  signatures?.checkTrailer(text.join(''), trailers.get('x-amz-trailer-signature'));
  await reader.end();
}

/** Takes lines and bytes off a stream of chunks. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Buffer>) {
    this.#chunks = body[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const step = await this.#chunks.next();
    if (step.done) return false;
    this.#rest = this.#rest.length === 0 ? step.value : Buffer.concat([this.#rest, step.value]);
    return true;
  }

  /** At least one byte and at most `max`. */
  async bytes(max: number): Promise<Buffer> {
    while (this.#rest.length === 0) if (!(await this.#more())) throw new S3Error('IncompleteBody');
    const taken = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  /** The text up to the next CRLF. */
  async line(): Promise<string> {
    let at = this.#rest.indexOf('\r\n');
    while (at < 0) {
      if (this.#rest.length > MAX_LINE) throw new S3Error('InvalidRequest', 'A chunk header is too long');
      if (!(await this.#more())) throw new S3Error('IncompleteBody');
      at = this.#rest.indexOf('\r\n');
    }
    const line = this.#rest.toString('latin1', 0, at);
    this.#rest = this.#rest.subarray(at + 2);
    return line;
  }

  /** The next line, or an empty one if the bytes have come to their end. */
  async lineOrEnd(): Promise<string> {
    if (this.#rest.length === 0 && !(await this.#more())) return '';
    return this.line();
  }

  /** Takes what is left; there should be nothing. */
  async end(): Promise<void> {
    while (await this.#more()) if (this.#rest.length > MAX_LINE) break;
    if (this.#rest.length > 0) throw new S3Error('InvalidRequest', 'Bytes follow the last chunk');
  }
}
