import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32cJs, Crc64NvmeJs } from '@aws-sdk/checksums/crc';
import type { ChecksumAlgorithm } from './ChecksumAlgorithm.ts';

/** A hash that is fed piece by piece. `digest` ends it; the bytes are big-endian, as S3 has them. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  digest(): Promise<Buffer>;
}

/** Starts a digest of S3's checksum algorithms, or of MD5. */
export function createDigest(algorithm: ChecksumAlgorithm | 'MD5'): RunningDigest {
  if (algorithm === 'CRC32') return new Crc32Digest();
  if (algorithm === 'CRC32C') return wrap(new Crc32cJs());
  if (algorithm === 'CRC64NVME') return wrap(new Crc64NvmeJs());
  const hash = createHash(algorithm.toLowerCase());
  return {
    update: (bytes) => void hash.update(bytes),
    digest: async () => hash.digest(),
  };
}

/** The digest of bytes that are all here. */
export async function digestOf(algorithm: ChecksumAlgorithm | 'MD5', bytes: Uint8Array): Promise<Buffer> {
  const digest = createDigest(algorithm);
  digest.update(bytes);
  return digest.digest();
}

class Crc32Digest implements RunningDigest {
  #crc = 0;

  update(bytes: Uint8Array): void {
    this.#crc = crc32(bytes, this.#crc);
  }

  async digest(): Promise<Buffer> {
    const out = Buffer.alloc(4);
    out.writeUInt32BE(this.#crc);
    return out;
  }
}

function wrap(inner: Crc32cJs | Crc64NvmeJs): RunningDigest {
  return {
    update: (bytes) => inner.update(bytes),
    digest: async () => Buffer.from(await inner.digest()),
  };
}
