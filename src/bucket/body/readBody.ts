import type { Authentication } from '../auth/Claim.ts';
import type { ChecksumAlgorithm } from '../checksum/ChecksumAlgorithm.ts';
import type { S3Request } from '../http/S3Request.ts';
import { S3Error } from '../S3Error.ts';
import { type BodyExpectations, readDigests } from './BodyExpectations.ts';
import { type BodyProof, BodyVerifier } from './BodyVerifier.ts';
import { ChunkSignatures } from './ChunkSignatures.ts';
import { decodeAwsChunked } from './decodeAwsChunked.ts';

/** Where a body's bytes go. */
export type BodySink = (chunk: Buffer) => Promise<unknown> | undefined;

export interface ReadOptions {
  /** A checksum to report even if the sender promised none. */
  readonly compute?: ChecksumAlgorithm | undefined;
  /** MD5 and checksum of the body, where they are not simply those of the headers. */
  readonly digests?: BodyExpectations;
}

/** Most bytes of one PUT, part or form: 5 GiB. */
export const MAX_BYTES = 5 * 1024 ** 3;

/**
 * Streams a signed request's body into a sink and proves it against its length, hash, MD5 and checksum.
 * What the sink got counts only once this has returned.
 * @throws S3Error MissingContentLength, EntityTooLarge, and all that BodyVerifier and decodeAwsChunked throw.
 */
export async function readBody(
  request: S3Request,
  auth: Authentication,
  body: AsyncIterable<Buffer>,
  sink: BodySink,
  { compute, digests = readDigests((name) => request.header(name)) }: ReadOptions = {},
): Promise<BodyProof> {
  const { payloadHash } = auth.claim;
  const streaming = payloadHash.startsWith('STREAMING-');
  const expected: BodyExpectations = {
    ...digests,
    size: announcedSize(request, streaming),
    ...(/^[0-9a-f]{64}$/.test(payloadHash) && { sha256: payloadHash }),
  };
  if (expected.trailer !== undefined && !payloadHash.endsWith('-TRAILER')) {
    throw new S3Error('InvalidRequest', 'x-amz-trailer needs a payload that is streamed with a trailer');
  }
  if (!streaming) return pump(body, sink, new BodyVerifier(expected, compute));
  const trailers = new Map<string, string>();
  const signatures = payloadHash.includes('HMAC') ? new ChunkSignatures(auth) : undefined;
  const decoded = decodeAwsChunked(body, trailers, signatures);
  return pump(decoded, sink, new BodyVerifier(expected, compute), trailers);
}

/** The whole of a small body as text. @throws S3Error MaxMessageLengthExceeded beyond `limit` bytes. */
export async function readSmallBody(
  request: S3Request,
  auth: Authentication,
  body: AsyncIterable<Buffer>,
  limit: number,
  options?: ReadOptions,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const sink: BodySink = (chunk) => {
    size += chunk.length;
    if (size > limit)
      throw new S3Error('MaxMessageLengthExceeded', undefined, { MaxMessageLengthBytes: limit });
    chunks.push(chunk);
    return undefined;
  };
  await readBody(request, auth, body, sink, options);
  return Buffer.concat(chunks).toString('utf8');
}

/** Hashes and hands on at the same time; the hash of a chunk is computed while it is being written. */
export async function pump(
  body: AsyncIterable<Buffer>,
  sink: BodySink,
  verifier: BodyVerifier,
  trailers?: ReadonlyMap<string, string>,
): Promise<BodyProof> {
  for await (const chunk of body) {
    const written = sink(chunk);
    verifier.update(chunk);
    await written;
  }
  return verifier.finish(trailers);
}

function announcedSize(request: S3Request, streaming: boolean): number {
  const text = streaming ? request.header('x-amz-decoded-content-length') : request.header('content-length');
  if (text === undefined) {
    // A bodyless POST may come without the header; a PUT has to say how much it brings.
    if (!streaming && request.method !== 'PUT' && !request.header('transfer-encoding')) return 0;
    throw new S3Error('MissingContentLength');
  }
  const size = Number(text);
  if (!/^\d+$/.test(text)) throw new S3Error('InvalidArgument', 'The length is not a number');
  if (size > MAX_BYTES) {
    throw new S3Error('EntityTooLarge', undefined, { ProposedSize: size, MaxSizeAllowed: MAX_BYTES });
  }
  return size;
}
