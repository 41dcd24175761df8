import { md5 } from 'js-md5';
import type { ChecksumAlgorithm } from '../../protocol/messages.ts';
import { Crc32 } from './Crc32.ts';
import { Crc64 } from './Crc64.ts';

/** Read in one go: a stream costs more than these few bytes. */
const ONE_PIECE_BYTES = 1024 * 1024;

/**
 * The checksum of a Blob, read in small pieces, so that it never is in memory as a whole.
 *
 * @returns base64 of the checksum's bytes, as S3 writes it
 * @throws DOMException `NotReadableError` or `NotFoundError` for a file that changed or vanished
 */
export async function hashBlob(blob: Blob, algorithm: ChecksumAlgorithm): Promise<string> {
  const hash = algorithm === 'md5' ? createMd5() : createCrc(algorithm);
  if (blob.size <= ONE_PIECE_BYTES) {
    hash.update(new Uint8Array(await blob.arrayBuffer()));
    return hash.base64();
  }
  const reader = blob.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return hash.base64();
    hash.update(value);
  }
}

function createMd5() {
  const hash = md5.create();
  return { update: (bytes: Uint8Array) => hash.update(bytes), base64: () => hash.base64() };
}

function createCrc(algorithm: Exclude<ChecksumAlgorithm, 'md5'>) {
  const crc = algorithm === 'crc64nvme' ? new Crc64() : new Crc32(algorithm);
  return {
    update: (bytes: Uint8Array) => crc.update(bytes),
    base64: () => btoa(String.fromCharCode(...crc.digest())),
  };
}
