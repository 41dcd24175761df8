import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { BodySink } from '../body/readBody.ts';
import type { Segment } from './records.ts';

/**
 * Bytes in files that are never changed. A file is written under `tmp` and moved to `blobs` when its content was
 * proved, so that whatever is interrupted leaves nothing that counts.
 */
export class BlobStore {
  readonly #blobs: string;
  readonly #temporary: string;
  /** Readers of a blob; one that is discarded meanwhile goes with its last reader. */
  readonly #readers = new Map<string, number>();
  readonly #discarded = new Set<string>();

  constructor(dir: string) {
    this.#blobs = join(dir, 'blobs');
    this.#temporary = join(dir, 'tmp');
    rmSync(this.#temporary, { recursive: true, force: true });
    mkdirSync(this.#temporary, { recursive: true });
    mkdirSync(this.#blobs, { recursive: true });
  }

  /** Stores what `fill` puts into the sink once it has returned; if it throws, nothing stays. */
  async write<T>(fill: (sink: BodySink) => Promise<T>): Promise<{ blob: string; result: T }> {
    const blob = randomUUID();
    const path = join(this.#temporary, blob);
    const file = await open(path, 'wx');
    try {
      const result = await fill((chunk) => file.writeFile(chunk));
      await file.close();
      await rename(path, join(this.#blobs, blob));
      return { blob, result };
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Bytes `start` to `end` (inclusive) of the segments one after another. */
  read(segments: readonly Segment[], start: number, end: number): Readable {
    for (const { blob } of segments) this.#readers.set(blob, (this.#readers.get(blob) ?? 0) + 1);
    const stream = Readable.from(this.#chunks(segments, start, end), { objectMode: false });
    stream.once('close', () => this.#release(segments));
    return stream;
  }

  /** Deletes blobs, at once or when nobody reads them any more. */
  discard(segments: readonly Segment[]): void {
    for (const { blob } of segments) {
      if (this.#readers.has(blob)) this.#discarded.add(blob);
      else rm(join(this.#blobs, blob), { force: true }).catch(() => undefined);
    }
  }

  /** Deletes all blobs but these: what a crash has left between storing bytes and naming them. */
  keepOnly(named: ReadonlySet<string>): void {
    for (const blob of readdirSync(this.#blobs)) {
      if (!named.has(blob)) rmSync(join(this.#blobs, blob), { force: true });
    }
  }

  async *#chunks(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { blob, size } of segments) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, size - 1);
      offset += size;
      if (from > to) continue;
      yield* createReadStream(join(this.#blobs, blob), { start: from, end: to, highWaterMark: 256 * 1024 });
    }
  }

  #release(segments: readonly Segment[]): void {
    for (const segment of segments) {
      const left = (this.#readers.get(segment.blob) ?? 1) - 1;
      if (left > 0) {
        this.#readers.set(segment.blob, left);
        continue;
      }
      this.#readers.delete(segment.blob);
      if (this.#discarded.delete(segment.blob)) this.discard([segment]);
    }
  }
}
