import type { EndpointCalls } from './EndpointCalls.ts';
import { callUrl } from './EndpointClient.ts';
import { hasHandles } from './journal/fileHandles.ts';
import { hasNotes } from './journal/hasNotes.ts';
import { openJournal } from './journal/openJournal.ts';
import type { UploadJournal } from './journal/UploadJournal.ts';
import type { TransferOptions, UnfinishedUpload } from './TransferOptions.ts';
import type { Upload } from './Upload.ts';

/** What a Transfer keeps for a later life of the page, loaded with the first file that needs it. */
export class UnfinishedUploads {
  readonly #options: () => Pick<TransferOptions, 'endpoint' | 'kind' | 'journal' | 'keepSmallFiles'>;
  readonly #calls: EndpointCalls;
  #journal: Promise<UploadJournal | undefined> | undefined;
  #hasSingleNotes: Promise<boolean> | undefined;

  constructor(
    options: () => Pick<TransferOptions, 'endpoint' | 'kind' | 'journal' | 'keepSmallFiles'>,
    calls: EndpointCalls,
  ) {
    this.#options = options;
    this.#calls = calls;
  }

  journal(): Promise<UploadJournal | undefined> {
    if (this.#journal) return this.#journal;
    const opened = openJournal(this.#options().journal, {
      endpoint: () => callUrl(this.#options().endpoint, '', this.#options().kind),
      keepsCopies: () => this.#options().keepSmallFiles === true,
    });
    this.#journal = opened;
    // What could not be loaded while the line was away is tried again by whoever asks next.
    void opened.then((journal) => {
      if (!journal && this.#journal === opened) this.#journal = undefined;
    });
    return opened;
  }

  /** A look before the journal is loaded: most pages find nothing, and their first files do not wait for it. */
  hasSingleNotes(): Promise<boolean> {
    const isElsewhere =
      typeof (this.#options().journal ?? true) !== 'boolean' || typeof indexedDB === 'undefined';
    this.#hasSingleNotes ??= isElsewhere ? Promise.resolve(false) : hasNotes(['singles']);
    return this.#hasSingleNotes;
  }

  /** Keeps what gives the file back, if there is or may be something. */
  async keepFile(upload: Upload): Promise<void> {
    if (this.#keepsFiles()) (await this.journal())?.keepFile(upload);
  }

  #keepsFiles(): boolean {
    return hasHandles() || this.#options().keepSmallFiles === true;
  }

  /** Nothing of this upload is left to go on with. */
  async finish(upload: Upload): Promise<void> {
    const noted = this.#journal?.then((journal) => journal?.finish(upload));
    // Of a single request nobody has to wait for the note's end: at worst the same file is told to be stored once more.
    if (upload.isMultipart || this.#keepsFiles()) await noted;
  }

  async list(): Promise<UnfinishedUpload[]> {
    const journal = await this.journal();
    const unfinished = (await journal?.unfinished()) ?? [];
    return unfinished.map(({ entry, kept }) => ({
      ...(entry ?? kept).fingerprint,
      id: (entry ?? kept).id,
      startedAt: entry ? entry.startedAt : kept.keptAt,
      reopen: kept && journal ? () => journal.reopen(kept) : undefined,
    }));
  }

  /** Never rejects. */
  async discard(id: string): Promise<void> {
    const entry = await (await this.journal())?.discard(id);
    await (entry && this.#calls.abort(entry.ticket).catch(() => {}));
  }

  destroy(): void {
    void this.#journal?.then((journal) => journal?.destroy());
  }
}
