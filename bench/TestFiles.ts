import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileSpec } from './works.ts';

export interface TestFile {
  name: string;
  sizeBytes: number;
  path: string;
}

const CHUNK_BYTES = 1024 * 1024;

/** Real files on disk whose bytes follow from their names, and what their stretches hash to. */
export class TestFiles {
  readonly #folder: string;
  readonly #hashes = new Map<string, Promise<string>>();

  /** @param folder kept for the next run */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async make(specs: readonly FileSpec[]): Promise<TestFile[]> {
    await mkdir(this.#folder, { recursive: true });
    const files = specs.map((spec) => ({ ...spec, path: join(this.#folder, spec.name) }));
    for (const file of files) {
      const existing = await stat(file.path).catch(() => undefined);
      if (existing?.size !== file.sizeBytes) await write(file);
    }
    return files;
  }

  /** SHA-256 of the bytes from `start` on, hexadecimal. */
  sha256(file: TestFile, start: number, sizeBytes: number): Promise<string> {
    const name = `${file.path} ${start} ${sizeBytes}`;
    const known = this.#hashes.get(name) ?? hashRange(file, start, sizeBytes);
    this.#hashes.set(name, known);
    return known;
  }
}

/** A stream cipher over zeros: random enough, the same each time, and faster than the disk. */
async function write({ name, sizeBytes, path }: TestFile): Promise<void> {
  const seed = createHash('sha256').update(name).digest();
  const cipher = createCipheriv('aes-128-ctr', seed.subarray(0, 16), seed.subarray(16));
  const zeros = Buffer.alloc(CHUNK_BYTES);
  const unfinished = `${path}.part`;
  const handle = await open(unfinished, 'w');
  for (let left = sizeBytes; left > 0; left -= CHUNK_BYTES) {
    await handle.write(cipher.update(zeros.subarray(0, Math.min(left, CHUNK_BYTES))));
  }
  await handle.close();
  await rename(unfinished, path);
}

async function hashRange({ path }: TestFile, start: number, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (sizeBytes > 0) {
    const range = { start, end: start + sizeBytes - 1, highWaterMark: CHUNK_BYTES };
    for await (const bytes of createReadStream(path, range)) hash.update(bytes as Buffer);
  }
  return hash.digest('hex');
}
