import type { Upload } from '../Upload.ts';
import type { SingleSession } from '../UploadSession.ts';
import { claimUpload, findClaimed } from './claimUpload.ts';
import { fingerprintOf, isSameFingerprint } from './fingerprint.ts';
import type { SingleNote, SingleNoteStore } from './SingleNote.ts';

/** A tab that died in the meantime is seen so late at the most. */
const LOOK_AGAIN_AFTER_MS = 10_000;

const lockOf = (page: string) => `page-${page}`;

export interface SingleNotesOptions {
  endpoint: () => string;
  keptForMs: number;
}

interface Claim {
  note: SingleNote;
  release?: () => void;
}

/**
 * Notes of files that go in one request: thousands of them may be under way, so they are written and dropped by the
 * batch, nobody waits for it, and one lock tells of all that their page lives.
 */
export class SingleNotes {
  readonly #store: SingleNoteStore;
  readonly #options: SingleNotesOptions;
  readonly #page = crypto.randomUUID();
  readonly #claims = new Map<Upload, Claim>();
  #changes = new Map<string, SingleNote | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #living: Promise<(() => void) | undefined> | undefined;
  #left: { notes: Promise<Map<string, SingleNote[]>>; readAtMs: number } | undefined;

  constructor(store: SingleNoteStore, options: SingleNotesOptions) {
    this.#store = store;
    this.#options = options;
  }

  /**
   * What a page that is gone has noted of this very file. It is this upload's from now on.
   *
   * @param checksum of the file as it is now
   */
  async adopt(upload: Upload, checksum: string): Promise<SingleNote | undefined> {
    const known = this.#claims.get(upload);
    if (known) return known.note;
    const fingerprint = fingerprintOf(upload);
    const left = fingerprint && (await this.#notesLeft()).get(checksum);
    if (!left) return undefined;
    for (;;) {
      const at = left.findIndex((note) => isSameFingerprint(note.fingerprint, fingerprint));
      const [note] = at < 0 ? [] : left.splice(at, 1);
      if (!note) return undefined;
      const release = await claimUpload(note.id);
      if (!release) continue;
      this.#claims.set(upload, { note, release });
      return note;
    }
  }

  /** Notes an upload that is about to be sent. */
  note(upload: Upload, { ticket, key }: SingleSession, checksum: string): void {
    const fingerprint = fingerprintOf(upload);
    if (!fingerprint || this.#claims.has(upload) || isOver(upload)) return;
    const id = crypto.randomUUID();
    const where = { endpoint: this.#options.endpoint(), page: this.#page, startedAt: Date.now() };
    const note = { id, ...where, fingerprint, checksum, ticket, key };
    this.#claims.set(upload, { note });
    this.#change(id, note);
  }

  /** The upload is done, or given up. */
  forget(upload: Upload): void {
    const claim = this.#claims.get(upload);
    if (!claim) return;
    this.#claims.delete(upload);
    this.#change(claim.note.id, undefined);
    claim.release?.();
  }

  /** Lets go of everything and keeps the notes. */
  destroy(): void {
    if (this.#timer !== undefined) void this.#write();
    void this.#living?.then((release) => release?.());
    for (const { release } of this.#claims.values()) release?.();
    this.#claims.clear();
  }

  #change(id: string, note: SingleNote | undefined): void {
    this.#changes.set(id, note);
    this.#timer ??= setTimeout(() => void this.#write());
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes = this.#changes;
    this.#changes = new Map();
    this.#living ??= claimUpload(lockOf(this.#page));
    try {
      await this.#living;
      await this.#store.writeSingles(changes);
    } catch {
      // Without a note, a file whose page dies is sent once more, and nothing worse.
    }
  }

  #notesLeft(): Promise<Map<string, SingleNote[]>> {
    const now = performance.now();
    if (!this.#left || now - this.#left.readAtMs > LOOK_AGAIN_AFTER_MS)
      this.#left = { notes: this.#read(), readAtMs: now };
    return this.#left.notes;
  }

  /** By checksum: notes of pages that are gone. */
  async #read(): Promise<Map<string, SingleNote[]>> {
    const all = await this.#store.singles().catch(() => []);
    const oldest = Date.now() - this.#options.keptForMs;
    for (const { id, startedAt } of all) if (startedAt < oldest) this.#change(id, undefined);
    const endpoint = this.#options.endpoint();
    const here = all.filter((note) => note.endpoint === endpoint && note.startedAt >= oldest);
    const living = await findClaimed([...new Set(here.map(({ page }) => lockOf(page)))]);
    const left = new Map<string, SingleNote[]>();
    for (const note of here) {
      if (note.page === this.#page || living.has(lockOf(note.page))) continue;
      const alike = left.get(note.checksum);
      if (alike) alike.push(note);
      else left.set(note.checksum, [note]);
    }
    return left;
  }
}

function isOver({ state }: Upload): boolean {
  return state === 'done' || state === 'canceled';
}
