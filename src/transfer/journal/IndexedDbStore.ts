import { type DBSchema, type IDBPDatabase, openDB, unwrap } from 'idb';
import type { JournalEntry, JournalStore } from './JournalStore.ts';
import type { KeptFile, KeptFileStore } from './KeptFile.ts';
import type { SingleNote, SingleNoteStore } from './SingleNote.ts';

interface Schema extends DBSchema {
  uploads: { key: string; value: JournalEntry };
  /** A row of its own for each part, so that noting one does not write the others again. */
  parts: { key: [string, number]; value: { id: string; partNumber: number; checksum: string } };
  files: { key: string; value: KeptFile };
  /** Apart from `uploads`: nobody is told of these, and there may be thousands. */
  singles: { key: string; value: SingleNote };
}

const VERSION = 3;

/** The journal in the browser's IndexedDB, shared by all tabs of the origin. */
export class IndexedDbStore implements JournalStore, KeptFileStore, SingleNoteStore {
  readonly #name: string;
  #opened: Promise<IDBPDatabase<Schema>> | undefined;

  constructor(name = 'bucketdrop') {
    this.#name = name;
  }

  async list(): Promise<JournalEntry[]> {
    return (await this.#open()).getAll('uploads');
  }

  async save(entry: JournalEntry): Promise<void> {
    await (await this.#open()).put('uploads', entry);
  }

  async savePart(id: string, partNumber: number, checksum: string): Promise<void> {
    await (await this.#open()).put('parts', { id, partNumber, checksum });
  }

  async parts(id: string): Promise<Map<number, string>> {
    const rows = await (await this.#open()).getAll('parts', allOf(id));
    return new Map(rows.map((row) => [row.partNumber, row.checksum]));
  }

  async delete(id: string): Promise<void> {
    const transaction = (await this.#open()).transaction(['uploads', 'parts'], 'readwrite');
    await Promise.all([
      transaction.objectStore('uploads').delete(id),
      transaction.objectStore('parts').delete(allOf(id)),
      transaction.done,
    ]);
  }

  async files(): Promise<KeptFile[]> {
    return (await this.#open()).getAll('files');
  }

  async keepFiles(files: readonly KeptFile[]): Promise<void> {
    const transaction = (await this.#open()).transaction('files', 'readwrite');
    await Promise.all([...files.map((file) => transaction.store.put(file)), transaction.done]);
  }

  async dropFiles(ids: readonly string[]): Promise<void> {
    const transaction = (await this.#open()).transaction('files', 'readwrite');
    await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done]);
  }

  async singles(): Promise<SingleNote[]> {
    return (await this.#open()).getAll('singles');
  }

  async writeSingles(changes: ReadonlyMap<string, SingleNote | undefined>): Promise<void> {
    const transaction = (await this.#open()).transaction('singles', 'readwrite');
    // Without a promise for each of them, whose cost thousands would feel: one that fails fails them all.
    const singles = unwrap(transaction.store);
    for (const [id, note] of changes) note ? singles.put(note) : singles.delete(id);
    await transaction.done;
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    this.#opened ??= openDB<Schema>(this.#name, VERSION, {
      upgrade(database) {
        const lacks = (name: 'uploads' | 'parts' | 'files' | 'singles') =>
          !database.objectStoreNames.contains(name);
        if (lacks('uploads')) database.createObjectStore('uploads', { keyPath: 'id' });
        if (lacks('parts')) database.createObjectStore('parts', { keyPath: ['id', 'partNumber'] });
        if (lacks('files')) database.createObjectStore('files', { keyPath: 'id' });
        if (lacks('singles')) database.createObjectStore('singles', { keyPath: 'id' });
      },
      // Another tab wants to change the database: it must not wait for this one.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
      terminated: () => {
        this.#opened = undefined;
      },
    });
    return this.#opened;
  }
}

function allOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Number.POSITIVE_INFINITY]);
}
