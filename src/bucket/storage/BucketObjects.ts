import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BlobStore } from './BlobStore.ts';
import { readJsonFolder, writeJson } from './jsonFiles.ts';
import type { ObjectRecord } from './records.ts';
import { assertMayWrite, type WriteCondition } from './WriteCondition.ts';

/**
 * The objects of one bucket: an index in memory, and on disk one small file for each, named by the hash of its
 * key, since a key may hold anything a path may not. Changes are synchronous, so that no two can cross.
 */
export class BucketObjects {
  readonly #folder: string;
  readonly #blobs: BlobStore;
  readonly #records = new Map<string, ObjectRecord>();
  #sorted: readonly string[] | undefined;

  constructor(folder: string, blobs: BlobStore) {
    this.#folder = folder;
    this.#blobs = blobs;
    mkdirSync(folder, { recursive: true });
    for (const record of readJsonFolder<ObjectRecord>(folder)) this.#records.set(record.key, record);
  }

  get size(): number {
    return this.#records.size;
  }

  get(key: string): ObjectRecord | undefined {
    return this.#records.get(key);
  }

  all(): Iterable<ObjectRecord> {
    return this.#records.values();
  }

  /** Keys in the order of their UTF-8 bytes, as S3 lists them. */
  keys(): readonly string[] {
    this.#sorted ??= [...this.#records.keys()]
      .map((key) => [key, Buffer.from(key)] as const)
      .sort(([, a], [, b]) => Buffer.compare(a, b))
      .map(([key]) => key);
    return this.#sorted;
  }

  /** Stores a record in place of the one with its key. @throws S3Error when the condition does not hold. */
  put(record: ObjectRecord, condition: WriteCondition = {}): void {
    const before = this.#records.get(record.key);
    assertMayWrite(before, condition);
    writeJson(this.#file(record.key), record);
    this.#records.set(record.key, record);
    if (before === undefined) this.#sorted = undefined;
    else
      this.#blobs.discard(
        before.segments.filter((old) => !record.segments.some(({ blob }) => blob === old.blob)),
      );
  }

  /** Whether there was such an object. */
  delete(key: string): boolean {
    const record = this.#records.get(key);
    if (record === undefined) return false;
    rmSync(this.#file(key), { force: true });
    this.#records.delete(key);
    this.#sorted = undefined;
    this.#blobs.discard(record.segments);
    return true;
  }

  #file(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  }
}
