import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file on disk whose content nobody could guess. */
export interface TestFile {
  path: string;
  name: string;
  sizeBytes: number;
  /** Hexadecimal. */
  sha256: string;
}

const CHUNK_BYTES = 1024 * 1024;

function* pseudoRandomChunks(sizeBytes: number): Generator<Buffer> {
  const stream = createCipheriv('aes-128-ctr', randomBytes(16), randomBytes(16));
  const zeros = Buffer.alloc(CHUNK_BYTES);
  for (let left = sizeBytes; left > 0; left -= CHUNK_BYTES)
    yield stream.update(left < CHUNK_BYTES ? zeros.subarray(0, left) : zeros);
}

/** Writes a file of pseudo-random bytes, as a stream: its size does not matter to this process's memory. */
export async function makeFile(folder: string, name: string, sizeBytes: number): Promise<TestFile> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  const hashed = function* () {
    for (const chunk of pseudoRandomChunks(sizeBytes)) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(Readable.from(hashed()), createWriteStream(path));
  return { path, name, sizeBytes, sha256: hash.digest('hex') };
}
