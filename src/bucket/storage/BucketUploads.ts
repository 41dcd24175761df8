import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { S3Error } from '../S3Error.ts';
import type { BlobStore } from './BlobStore.ts';
import { readJsonFolder, writeJson } from './jsonFiles.ts';
import type { ObjectRecord, PartRecord, UploadRecord } from './records.ts';

/** An unfinished upload and its parts by number. */
export interface Upload {
  readonly record: UploadRecord;
  readonly parts: ReadonlyMap<number, PartRecord>;
}

interface OpenUpload extends Upload {
  readonly parts: Map<number, PartRecord>;
}

/** So many finished uploads are remembered, to answer a repeated Complete as S3 does. */
const REMEMBERED = 1000;

/** The unfinished multipart uploads of one bucket, in memory and on disk: `{id}/upload.json`, `{id}/{part}.json`. */
export class BucketUploads {
  readonly #folder: string;
  readonly #blobs: BlobStore;
  readonly #open = new Map<string, OpenUpload>();
  readonly #finished = new Map<string, ObjectRecord>();

  constructor(folder: string, blobs: BlobStore, objects: Iterable<ObjectRecord>) {
    this.#folder = folder;
    this.#blobs = blobs;
    mkdirSync(folder, { recursive: true });
    for (const object of objects) if (object.uploadId !== undefined) this.#remember(object.uploadId, object);
    for (const id of readdirSync(folder)) this.#load(id);
  }

  get size(): number {
    return this.#open.size;
  }

  all(): Iterable<Upload> {
    return this.#open.values();
  }

  create(upload: Omit<UploadRecord, 'uploadId'>): UploadRecord {
    const record = { ...upload, uploadId: randomBytes(32).toString('base64url') };
    mkdirSync(join(this.#folder, record.uploadId));
    writeJson(join(this.#folder, record.uploadId, 'upload.json'), record);
    this.#open.set(record.uploadId, { record, parts: new Map() });
    return record;
  }

  /** @throws S3Error NoSuchUpload, also for an upload of another key. */
  get(uploadId: string, key: string): Upload {
    return this.#get(uploadId, key);
  }

  /** The object a finished upload became, for a Complete that comes again. */
  finished(uploadId: string, key: string): ObjectRecord | undefined {
    const object = this.#finished.get(uploadId);
    return object?.key === key ? object : undefined;
  }

  /** Stores a part in place of the one with its number. @throws S3Error NoSuchUpload. */
  putPart(uploadId: string, key: string, part: PartRecord): void {
    const { parts } = this.#get(uploadId, key);
    const before = parts.get(part.partNumber);
    writeJson(join(this.#folder, uploadId, `${part.partNumber}.json`), part);
    parts.set(part.partNumber, part);
    if (before !== undefined) this.#blobs.discard([before]);
  }

  /** Forgets an upload that has become this object; parts that are not in it are deleted. */
  finish(uploadId: string, object: ObjectRecord): void {
    const upload = this.#get(uploadId, object.key);
    this.#remember(uploadId, object);
    const used = new Set(object.segments.map(({ blob }) => blob));
    this.#forget(
      uploadId,
      [...upload.parts.values()].filter(({ blob }) => !used.has(blob)),
    );
  }

  /** Deletes an upload and all its parts. @throws S3Error NoSuchUpload. */
  abort(uploadId: string, key: string): void {
    this.#forget(uploadId, [...this.#get(uploadId, key).parts.values()]);
  }

  #get(uploadId: string, key: string): OpenUpload {
    const upload = this.#open.get(uploadId);
    if (upload === undefined || upload.record.key !== key) {
      throw new S3Error('NoSuchUpload', undefined, { UploadId: uploadId });
    }
    return upload;
  }

  #forget(uploadId: string, parts: readonly PartRecord[]): void {
    this.#open.delete(uploadId);
    rmSync(join(this.#folder, uploadId), { recursive: true, force: true });
    this.#blobs.discard(parts);
  }

  #remember(uploadId: string, object: ObjectRecord): void {
    this.#finished.set(uploadId, object);
    const [oldest] = this.#finished.keys();
    if (this.#finished.size > REMEMBERED && oldest !== undefined) this.#finished.delete(oldest);
  }

  #load(id: string): void {
    const folder = join(this.#folder, id);
    if (this.#finished.has(id)) {
      // Stopped between naming the object and forgetting the upload: the parts are the object's now.
      rmSync(folder, { recursive: true, force: true });
      return;
    }
    const record = JSON.parse(readFileSync(join(folder, 'upload.json'), 'utf8')) as UploadRecord;
    const parts = readJsonFolder<PartRecord>(folder).filter((part) => part.partNumber !== undefined);
    this.#open.set(id, { record, parts: new Map(parts.map((part) => [part.partNumber, part])) });
  }
}
