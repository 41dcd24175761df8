import * as v from 'valibot';
import type { StoredObject } from '../../protocol/messages.ts';
import { previewTypeOf } from '../../protocol/previewTypes.ts';
import type { EndpointOptions } from '../../transfer/EndpointClient.ts';
import { gather } from '../../transfer/gather.ts';
import { LinkClient } from '../../transfer/LinkClient.ts';

/** A file that this page has seen stored. */
export interface StoredFile {
  /** Of this list alone. */
  readonly id: string;
  /** The address of the endpoint that it went through. */
  readonly endpoint: string;
  /** As the person's own file was called. */
  readonly name: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly type: string;
  /** The endpoint's word that it is stored, and whose it is. */
  readonly receipt: string;
  /** In milliseconds since 1970. */
  readonly storedAtMs: number;
  /** Of an image, the file itself while the page has it: for a thumbnail that costs no request. */
  readonly local?: Blob | undefined;
}

const Kept = v.array(
  v.object({
    id: v.string(),
    name: v.string(),
    key: v.string(),
    sizeBytes: v.number(),
    etag: v.string(),
    type: v.string(),
    receipt: v.string(),
    storedAtMs: v.number(),
  }),
);

const PREFIX = 'bucketdrop:stored:';
const lists = new Map<string, StoredFiles>();

/** The files that were stored through one endpoint since the page, or the tab, was opened; the newest first. */
export class StoredFiles {
  /** Fetches links, and deletes. */
  readonly links: LinkClient;
  readonly #storageKey: string;
  readonly #listeners = new Set<() => void>();
  #options: EndpointOptions;
  #files: readonly StoredFile[] = [];
  #isKept = false;

  private constructor(endpoint: string) {
    this.#options = { endpoint };
    this.#storageKey = PREFIX + endpoint;
    this.links = new LinkClient(() => this.#options);
  }

  /** The one list of this endpoint, whoever asks in this page. */
  static of(endpoint: string): StoredFiles {
    const base = globalThis.location?.href;
    const address = URL.canParse(endpoint, base) ? new URL(endpoint, base).href : endpoint;
    const known = lists.get(address);
    if (known) return known;
    const created = new StoredFiles(address);
    lists.set(address, created);
    return created;
  }

  /** Stays the same array until something changes. */
  get files(): readonly StoredFile[] {
    return this.#files;
  }

  /** How the endpoint is asked from now on. */
  connect({ headers, credentials }: Pick<EndpointOptions, 'headers' | 'credentials'>): void {
    this.#options = { endpoint: this.#options.endpoint, headers, credentials };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes note of a stored file; the same one told twice stands there once. */
  add(file: { name: string; data: unknown }, object: StoredObject): void {
    const { key, sizeBytes, etag, type, receipt } = object;
    const isImage = previewTypeOf(type)?.startsWith('image/') === true;
    const stored: StoredFile = {
      id: key,
      endpoint: this.#options.endpoint,
      name: file.name,
      ...{ key, sizeBytes, etag, type, receipt },
      storedAtMs: Date.now(),
      ...(isImage && file.data instanceof Blob && { local: file.data }),
    };
    if (this.#files.some((known) => known.receipt === receipt)) return;
    this.#set([stored, ...this.#files.filter(({ id }) => id !== key)]);
  }

  /** Removes the object from the bucket, then the file from this list. */
  async delete(file: StoredFile): Promise<void> {
    await this.links.delete(file.receipt);
    this.forget(file.id);
  }

  /** Takes a file off the list. It stays in the bucket. */
  forget(id: string): void {
    if (this.#files.some((file) => file.id === id)) this.#set(this.#files.filter((file) => file.id !== id));
  }

  /** Keeps the list in `sessionStorage` from now on, and takes in what an earlier page of this tab has kept. */
  keepForSession(): void {
    if (this.#isKept) return;
    this.#isKept = true;
    const known = new Set(this.#files.map(({ id }) => id));
    const { endpoint } = this.#options;
    const kept = readSession(this.#storageKey).filter(({ id }) => !known.has(id));
    if (kept.length > 0) this.#set([...this.#files, ...kept.map((file) => ({ ...file, endpoint }))]);
    else this.#write();
  }

  #set(files: readonly StoredFile[]): void {
    this.#files = files;
    this.#scheduleWrite();
    for (const listener of this.#listeners) listener();
  }

  readonly #scheduleWrite = gather(() => this.#write());

  #write(): void {
    if (!this.#isKept) return;
    const kept = this.#files.map(({ local, endpoint, ...file }) => file);
    try {
      sessionStorage.setItem(this.#storageKey, JSON.stringify(kept));
    } catch {
      // Full or forbidden: the list lives as long as the page.
    }
  }
}

function readSession(key: string): v.InferOutput<typeof Kept> {
  try {
    return v.parse(Kept, JSON.parse(sessionStorage.getItem(key) ?? '[]'));
  } catch {
    // Forbidden, or written by something else.
    return [];
  }
}
