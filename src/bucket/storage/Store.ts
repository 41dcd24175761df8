import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CorsRule } from '../cors/CorsRule.ts';
import { S3Error } from '../S3Error.ts';
import { BlobStore } from './BlobStore.ts';
import { BucketObjects } from './BucketObjects.ts';
import { BucketUploads } from './BucketUploads.ts';
import { FolderLock } from './FolderLock.ts';
import { writeJson } from './jsonFiles.ts';

interface BucketFile {
  readonly name: string;
  readonly created: number;
  readonly cors?: readonly CorsRule[];
}

/** One bucket: its objects, its unfinished uploads and its CORS rules. */
export class Bucket {
  readonly name: string;
  readonly created: number;
  readonly objects: BucketObjects;
  readonly uploads: BucketUploads;
  readonly #file: string;
  #cors: readonly CorsRule[] | undefined;

  constructor(folder: string, blobs: BlobStore, file: BucketFile) {
    this.name = file.name;
    this.created = file.created;
    this.#cors = file.cors;
    this.#file = join(folder, 'bucket.json');
    this.objects = new BucketObjects(join(folder, 'objects'), blobs);
    this.uploads = new BucketUploads(join(folder, 'uploads'), blobs, this.objects.all());
    this.#save();
  }

  get cors(): readonly CorsRule[] | undefined {
    return this.#cors;
  }

  setCors(rules: readonly CorsRule[] | undefined): void {
    this.#cors = rules;
    this.#save();
  }

  #save(): void {
    writeJson(this.#file, { name: this.name, created: this.created, cors: this.#cors });
  }
}

/** All buckets of one folder. It belongs to one process at a time. */
export class Store {
  readonly blobs: BlobStore;
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #buckets = new Map<string, Bucket>();

  /** @throws Error when another process has the folder. */
  constructor(dir: string) {
    // A folder of its own: what nothing refers to is deleted in it.
    const root = join(dir, 'bucket-data');
    mkdirSync(root, { recursive: true });
    this.#lock = new FolderLock(root);
    this.blobs = new BlobStore(root);
    this.#folder = join(root, 'buckets');
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder)) {
      const file = join(this.#folder, name, 'bucket.json');
      if (existsSync(file)) this.#add(JSON.parse(readFileSync(file, 'utf8')) as BucketFile);
    }
    this.blobs.keepOnly(this.#namedBlobs());
  }

  /** Lets another process have the folder. */
  close(): void {
    this.#lock.release();
  }

  list(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  /** @throws S3Error NoSuchBucket. */
  get(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
    return bucket;
  }

  /** The bucket of that name, made if it is not there. @throws S3Error InvalidBucketName. */
  create(name: string, now: number): Bucket {
    if (!/^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new S3Error('InvalidBucketName', undefined, { BucketName: name });
    }
    return this.#buckets.get(name) ?? this.#add({ name, created: now });
  }

  /** @throws S3Error NoSuchBucket, BucketNotEmpty. */
  delete(name: string): void {
    const bucket = this.get(name);
    if (bucket.objects.size > 0) throw new S3Error('BucketNotEmpty', undefined, { BucketName: name });
    for (const { parts } of bucket.uploads.all()) this.blobs.discard([...parts.values()]);
    this.#buckets.delete(name);
    rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  #add(file: BucketFile): Bucket {
    const folder = join(this.#folder, file.name);
    mkdirSync(folder, { recursive: true });
    const bucket = new Bucket(folder, this.blobs, file);
    this.#buckets.set(file.name, bucket);
    return bucket;
  }

  #namedBlobs(): Set<string> {
    const named = new Set<string>();
    for (const { objects, uploads } of this.#buckets.values()) {
      for (const { segments } of objects.all()) for (const { blob } of segments) named.add(blob);
      for (const { parts } of uploads.all()) for (const { blob } of parts.values()) named.add(blob);
    }
    return named;
  }
}
