import type { Authentication } from '../auth/Claim.ts';
import { sameSignature, scopeText, sha256Hex, sign } from '../auth/signature.ts';
import { S3Error } from '../S3Error.ts';

/**
 * Checks the chain of chunk signatures of a STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER] body: each signs the one before.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export class ChunkSignatures {
  readonly #signingKey: Buffer;
  readonly #head: string;
  readonly #withTrailer: boolean;
  #previous: string;

  constructor({ claim, signingKey }: Authentication) {
    this.#signingKey = signingKey;
    this.#head = `${claim.time}\n${scopeText(claim.scope)}`;
    this.#withTrailer = claim.payloadHash.endsWith('-TRAILER');
    this.#previous = claim.signature;
  }

  /** @throws S3Error SignatureDoesNotMatch; `hash` is the SHA-256 of the chunk's bytes in hex. */
  checkChunk(hash: string, signature: string | undefined): void {
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${this.#head}\n${this.#previous}\n${sha256Hex('')}\n${hash}`;
    this.#check(text, signature);
  }

  /** @throws S3Error SignatureDoesNotMatch; `trailers` is `name:value\n` for each. */
  checkTrailer(trailers: string, signature: string | undefined): void {
    if (!this.#withTrailer) return;
    this.#check(
      `AWS4-HMAC-SHA256-TRAILER\n${this.#head}\n${this.#previous}\n${sha256Hex(trailers)}`,
      signature,
    );
  }

  #check(text: string, signature = ''): void {
    const expected = sign(this.#signingKey, text);
    if (!sameSignature(expected, signature)) throw new S3Error('SignatureDoesNotMatch');
    this.#previous = expected;
  }
}
