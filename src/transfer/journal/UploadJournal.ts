import type { Upload } from '../Upload.ts';
import type { MultipartSession } from '../UploadSession.ts';
import { claimUpload, findClaimed } from './claimUpload.ts';
import type { FileKeeper } from './FileKeeper.ts';
import { findSameFile, type Prover } from './findSameFile.ts';
import { fingerprintOf, isSameFingerprint } from './fingerprint.ts';
import type { Fingerprint, JournalEntry, JournalStore } from './JournalStore.ts';
import type { KeptFile } from './KeptFile.ts';
import type { SingleNotes } from './SingleNotes.ts';

/** Stands for the ticket of an upload that was announced: there is nothing yet to go on with. */
const UNHEARD = '';

const isUnheard = ({ ticket }: JournalEntry) => ticket === UNHEARD;

/** Longer than an endpoint's tickets usually are good for. */
export const KEPT_FOR_MS = 14 * 24 * 3600 * 1000;

interface Claim {
  entry: JournalEntry;
  release: () => void;
}

/** What was begun in the bucket, or what gives its file back, or both. */
export type Unfinished =
  | { entry: JournalEntry; kept: KeptFile | undefined }
  | { entry?: undefined; kept: KeptFile };

/**
 * Keeps what is needed to go on with an upload after a reload, a crash or a dead battery. It never is a reason for an
 * upload to fail: a browser that keeps nothing (private windows, full disks) sends files as well as any other.
 */
export class UploadJournal {
  /** Of files that go in one request; undefined where nothing is kept of them. */
  readonly singles: SingleNotes | undefined;
  readonly #store: JournalStore;
  readonly #endpoint: () => string;
  readonly #files: FileKeeper | undefined;
  readonly #claims = new Map<Upload, Claim>();
  #destroyed = false;

  /** @param files keeps what gives files back without choosing; undefined where nothing is kept of them */
  constructor(store: JournalStore, endpoint: () => string, files?: FileKeeper, singles?: SingleNotes) {
    this.#store = store;
    this.#endpoint = endpoint;
    this.#files = files;
    this.singles = singles;
  }

  /** What is unfinished at this endpoint and is nobody's work at the moment, and what gives the files back. */
  async unfinished(): Promise<Unfinished[]> {
    const kept = (await this.#files?.orphans()) ?? [];
    const begun = (await this.#idle()).map((entry): Unfinished => {
      const at = kept.findIndex((file) => isSameFingerprint(file.fingerprint, entry.fingerprint));
      return { entry, kept: at < 0 ? undefined : kept.splice(at, 1)[0] };
    });
    return [...begun, ...kept.map((file) => ({ kept: file }))];
  }

  /** Keeps what gives the file of this upload back, if there is something, as long as it is under way. */
  keepFile(upload: Upload): void {
    this.#files?.keep(upload);
  }

  /** @throws DOMException why the file cannot be had without choosing it */
  async reopen(kept: KeptFile): Promise<File> {
    if (!this.#files) throw new DOMException('No files are kept here', 'NotFoundError');
    return this.#files.reopen(kept);
  }

  async #idle(): Promise<JournalEntry[]> {
    const entries = (await this.#list()).filter((entry) => !isUnheard(entry));
    const claimed = await findClaimed(entries.map(({ id }) => id));
    return entries.filter(({ id }) => !claimed.has(id));
  }

  /**
   * The upload that was begun for this very file, with the parts that are in the bucket; proved part by part before a
   * byte is added to it.
   */
  async adopt(upload: Upload, prover: Prover): Promise<MultipartSession | undefined> {
    const fingerprint = fingerprintOf(upload);
    if (!fingerprint) return undefined;
    const entries = await this.#list();
    for (const entry of entries) {
      if (isUnheard(entry) || !isSameFingerprint(entry.fingerprint, fingerprint)) continue;
      const release = await claimUpload(entry.id);
      if (!release) continue;
      let found: Awaited<ReturnType<typeof findSameFile>> | undefined;
      try {
        const parts = await this.#store.parts(entry.id).catch(() => new Map<number, string>());
        found = await findSameFile(upload, entry, parts, prover);
        if (found === 'gone') await this.#quietly(() => this.#store.delete(entry.id));
      } finally {
        if (typeof found !== 'object' || this.#destroyed) release();
        else this.#claims.set(upload, { entry, release });
      }
      if (typeof found === 'object') return found;
    }
    await this.#recallAnnouncement(upload, fingerprint, entries);
    return undefined;
  }

  /** Notes that a new upload is announced. */
  async announce(upload: Upload): Promise<void> {
    const fingerprint = fingerprintOf(upload);
    const { plan, idempotencyKey } = upload;
    if (!fingerprint || this.#claims.has(upload) || plan?.kind !== 'multipart') return;
    const { partSizeBytes, checksum } = plan;
    const unheard = { ticket: UNHEARD, key: '', partSizeBytes, checksum };
    await this.#note(upload, { ...this.#newEntry(idempotencyKey, fingerprint), ...unheard });
  }

  /** Notes a new upload. */
  async begin(upload: Upload, session: MultipartSession): Promise<void> {
    const fingerprint = fingerprintOf(upload);
    if (!fingerprint) return;
    const { ticket, key, partSizeBytes, checksum } = session;
    const entry = this.#newEntry(upload.idempotencyKey, fingerprint);
    await this.#note(upload, { ...entry, ticket, key, partSizeBytes, checksum });
  }

  /** Notes the checksum of what is sent as one part. */
  async noteSent(upload: Upload, partNumber: number, checksum: string): Promise<void> {
    const claim = this.#claims.get(upload);
    if (!claim) return;
    await this.#quietly(() => this.#store.savePart(claim.entry.id, partNumber, checksum));
  }

  /** The upload is done, or given up: nothing is left to go on with. */
  async finish(upload: Upload): Promise<void> {
    await this.#files?.forget(upload);
    await this.end(upload);
  }

  /** What was begun in the bucket is lost; the file may begin anew. */
  async end(upload: Upload): Promise<void> {
    this.singles?.forget(upload);
    const claim = this.#claims.get(upload);
    if (!claim) return;
    this.#claims.delete(upload);
    await this.#quietly(() => this.#store.delete(claim.entry.id));
    claim.release();
  }

  /** Forgets an unfinished upload and gives its note; undefined if it is gone, or another tab is at work on it. */
  async discard(id: string): Promise<JournalEntry | undefined> {
    const { entry, kept } = (await this.unfinished()).find((one) => (one.entry ?? one.kept)?.id === id) ?? {};
    if (kept) await this.#files?.drop([kept.id]);
    const release = entry && (await claimUpload(id));
    if (!release) return undefined;
    await this.#quietly(() => this.#store.delete(id));
    release();
    return entry;
  }

  /** Lets go of everything and keeps the notes. */
  destroy(): void {
    this.#destroyed = true;
    this.#files?.destroy();
    this.singles?.destroy();
    for (const { release } of this.#claims.values()) release();
    this.#claims.clear();
  }

  /** If the file was announced before, and the answer was not heard, it is announced as the same again. */
  async #recallAnnouncement(
    upload: Upload,
    fingerprint: Fingerprint,
    entries: readonly JournalEntry[],
  ): Promise<void> {
    for (const entry of entries) {
      if (!isUnheard(entry) || !isSameFingerprint(entry.fingerprint, fingerprint) || this.#claims.has(upload))
        continue;
      const release = await claimUpload(entry.id);
      if (!release) continue;
      this.#claims.set(upload, { entry, release });
      upload.idempotencyKey = entry.id;
    }
  }

  #newEntry(id: string, fingerprint: Fingerprint) {
    return { id, endpoint: this.#endpoint(), fingerprint, startedAt: Date.now() };
  }

  async #note(upload: Upload, entry: JournalEntry): Promise<void> {
    await this.#quietly(async () => {
      const release = this.#claims.get(upload)?.release ?? (await claimUpload(entry.id));
      if (!release) return;
      this.#claims.set(upload, { entry, release });
      await this.#store.save(entry);
    });
  }

  async #list(): Promise<JournalEntry[]> {
    const endpoint = this.#endpoint();
    const entries = await this.#store.list().catch(() => []);
    const oldest = Date.now() - KEPT_FOR_MS;
    for (const { id, startedAt } of entries)
      if (startedAt < oldest) void this.#quietly(() => this.#store.delete(id));
    return entries.filter((entry) => entry.endpoint === endpoint && entry.startedAt >= oldest);
  }

  async #quietly(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch {
      // See above: without a note, a reload begins this file anew, and nothing worse.
    }
  }
}
