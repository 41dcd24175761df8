import type { Upload } from '../Upload.ts';
import { claimUpload, findClaimed } from './claimUpload.ts';
import { findHandle, noteHandle } from './fileHandles.ts';
import { fingerprintOf, isSameFingerprint } from './fingerprint.ts';
import type { Fingerprint } from './JournalStore.ts';
import type { KeptFile, KeptFileStore } from './KeptFile.ts';
import { reopenFile } from './reopenFile.ts';

/** Most small files are stored before it would be worth keeping them. */
const PATIENCE_MS = 500;
const MAX_COPY_BYTES = 10 * 1024 ** 2;
const MAX_COPIES_BYTES = 100 * 1024 ** 2;
/** Of what the browser still lets this origin keep. */
const MAX_SHARE = 0.1;

const lockOf = (page: string) => `page-${page}`;

export interface FileKeeperOptions {
  endpoint: () => string;
  /** Copies of small files are kept as well. */
  keepsCopies: () => boolean;
  keptForMs: number;
}

/**
 * Keeps what gives the files under way back after a reload or a crash: handles, where they came with one, and copies of
 * small files, where that is wanted. Like the journal, it never is a reason for an upload to fail.
 */
export class FileKeeper {
  readonly #store: KeptFileStore;
  readonly #options: FileKeeperOptions;
  readonly #page = crypto.randomUUID();
  readonly #waiting = new Set<Upload>();
  readonly #kept = new Map<Upload, { id: string; copyBytes: number }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #claim: Promise<(() => void) | undefined> | undefined;
  #destroyed = false;
  /** As last seen. */
  #orphans: KeptFile[] = [];

  constructor(store: KeptFileStore, options: FileKeeperOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Keeps the file of this upload, if it is still under way in a moment. */
  keep(upload: Upload): void {
    if (this.#destroyed || this.#kept.has(upload)) return;
    this.#waiting.add(upload);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write()).catch(() => {});
    }, PATIENCE_MS);
  }

  /** The upload is done, or given up. */
  async forget(upload: Upload): Promise<void> {
    this.#waiting.delete(upload);
    await this.#writing;
    const kept = this.#kept.get(upload);
    this.#kept.delete(upload);
    if (kept) return this.drop([kept.id]);
    // Stored before it was kept anew: then what an earlier page kept of it is still there.
    const fingerprint = this.#orphans.length > 0 ? fingerprintOf(upload) : undefined;
    const before = fingerprint && takeSame(this.#orphans, fingerprint);
    if (before) await this.drop([before.id]);
  }

  /** What no living page is at work on. */
  async orphans(): Promise<KeptFile[]> {
    const files = await this.#store.files().catch(() => []);
    const oldest = Date.now() - this.#options.keptForMs;
    const old = files.filter(({ keptAt }) => keptAt < oldest);
    if (old.length > 0) void this.drop(old.map(({ id }) => id));
    const endpoint = this.#options.endpoint();
    const here = files.filter((file) => file.endpoint === endpoint && file.keptAt >= oldest);
    const living = await findClaimed(here.map(({ page }) => lockOf(page)));
    this.#orphans = here.filter(({ page }) => page !== this.#page && !living.has(lockOf(page)));
    return [...this.#orphans];
  }

  /** @throws DOMException as `reopenFile` does */
  async reopen(kept: KeptFile): Promise<File> {
    const file = await reopenFile(kept);
    if (kept.handle) noteHandle(Promise.resolve(kept.handle));
    return file;
  }

  async drop(ids: readonly string[]): Promise<void> {
    await this.#store.dropFiles(ids).catch(() => {});
  }

  destroy(): void {
    this.#destroyed = true;
    clearTimeout(this.#timer);
    void this.#claim?.then((release) => release?.());
  }

  async #write(): Promise<void> {
    const uploads = [...this.#waiting];
    this.#waiting.clear();
    this.#claim ??= claimUpload(lockOf(this.#page));
    await this.#claim;
    // The same file of before goes on under its old note.
    const orphans = await this.orphans();
    let room = this.#options.keepsCopies() ? await this.#roomBytes() : 0;
    const files: KeptFile[] = [];
    for (const upload of uploads) {
      const fingerprint = fingerprintOf(upload);
      if (!fingerprint || isOver(upload)) continue;
      const file = upload.source.blob as File;
      const copy = file.size <= Math.min(room, MAX_COPY_BYTES) ? file : undefined;
      const handle = copy ? undefined : await findHandle(file);
      if (!copy && !handle) continue;
      room -= copy?.size ?? 0;
      const id = takeSame(orphans, fingerprint)?.id ?? crypto.randomUUID();
      const endpoint = this.#options.endpoint();
      files.push({ id, endpoint, fingerprint, page: this.#page, keptAt: Date.now(), copy, handle });
      this.#kept.set(upload, { id, copyBytes: copy?.size ?? 0 });
    }
    if (files.length === 0) return;
    // Without room for copies, handles are kept all the same.
    await this.#store
      .keepFiles(files)
      .catch(() => this.#store.keepFiles(files.filter(({ handle }) => handle !== undefined)));
  }

  async #roomBytes(): Promise<number> {
    const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    let used = 0;
    for (const { copyBytes } of this.#kept.values()) used += copyBytes;
    return Math.min(MAX_COPIES_BYTES - used, (quota - usage) * MAX_SHARE);
  }
}

function isOver({ state }: Upload): boolean {
  return state === 'done' || state === 'canceled';
}

function takeSame(orphans: KeptFile[], fingerprint: Fingerprint): KeptFile | undefined {
  const at = orphans.findIndex((one) => isSameFingerprint(one.fingerprint, fingerprint));
  return at < 0 ? undefined : orphans.splice(at, 1)[0];
}
