import type { Checksum, ChecksumAlgorithm } from '../checksum/ChecksumAlgorithm.ts';
import { checksumHeader } from '../checksum/ChecksumAlgorithm.ts';
import { createDigest, type RunningDigest } from '../checksum/createDigest.ts';
import { S3Error } from '../S3Error.ts';
import { assertChecksum, type BodyExpectations } from './BodyExpectations.ts';

/** What a body turned out to be. */
export interface BodyProof {
  readonly size: number;
  readonly md5: Buffer;
  /** The checksum that was promised, or that was asked for with `compute`. */
  readonly checksum?: Checksum;
}

/** Hashes a body while it streams by, and holds it against what was promised. */
export class BodyVerifier {
  readonly #expected: BodyExpectations;
  readonly #algorithm: ChecksumAlgorithm | undefined;
  readonly #md5 = createDigest('MD5');
  readonly #checksum: RunningDigest | undefined;
  readonly #sha256: RunningDigest | undefined;
  #size = 0;

  /** `compute`: a checksum to report even if the sender promised none. */
  constructor(expected: BodyExpectations, compute?: ChecksumAlgorithm) {
    this.#expected = expected;
    this.#algorithm = expected.checksum?.algorithm ?? expected.trailer ?? compute;
    this.#checksum = this.#algorithm && createDigest(this.#algorithm);
    this.#sha256 = expected.sha256 === undefined ? undefined : createDigest('SHA256');
  }

  /** Bytes seen so far. */
  get size(): number {
    return this.#size;
  }

  update(chunk: Uint8Array): void {
    this.#size += chunk.length;
    this.#md5.update(chunk);
    this.#checksum?.update(chunk);
    this.#sha256?.update(chunk);
  }

  /**
   * Ends the hashes; `trailers` are those of an aws-chunked body.
   * @throws S3Error IncompleteBody, XAmzContentSHA256Mismatch, BadDigest.
   */
  async finish(trailers: ReadonlyMap<string, string> = new Map()): Promise<BodyProof> {
    const { size, sha256, contentMd5 } = this.#expected;
    if (size !== undefined && size !== this.#size) {
      throw new S3Error('IncompleteBody', undefined, {
        NumberBytesExpected: size,
        NumberBytesProvided: this.#size,
      });
    }
    const md5 = await this.#md5.digest();
    const computed = (await this.#sha256?.digest())?.toString('hex');
    if (computed !== sha256) {
      throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
        ClientComputedContentSHA256: sha256,
        S3ComputedContentSHA256: computed,
      });
    }
    if (contentMd5 !== undefined && contentMd5 !== md5.toString('base64')) {
      throw new S3Error('BadDigest', undefined, {
        ExpectedDigest: contentMd5,
        CalculatedDigest: md5.toString('base64'),
      });
    }
    const checksum = await this.#finishChecksum(trailers);
    return { size: this.#size, md5, ...(checksum && { checksum }) };
  }

  async #finishChecksum(trailers: ReadonlyMap<string, string>): Promise<Checksum | undefined> {
    const algorithm = this.#algorithm;
    if (algorithm === undefined || this.#checksum === undefined) return undefined;
    const checksum: Checksum = { algorithm, value: (await this.#checksum.digest()).toString('base64') };
    let promised = this.#expected.checksum?.value;
    if (this.#expected.trailer !== undefined) {
      promised = trailers.get(checksumHeader(algorithm));
      if (promised === undefined) {
        throw new S3Error('InvalidRequest', 'The trailer announced in x-amz-trailer did not arrive');
      }
      assertChecksum({ algorithm, value: promised });
    }
    if (promised !== undefined && promised !== checksum.value) {
      throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
    }
    return checksum;
  }
}
