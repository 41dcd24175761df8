import type { JournalEntry, JournalStore } from '../journal/JournalStore.ts';

/** A journal that outlives the Transfer, as the browser's does. */
export class MemoryStore implements JournalStore {
  readonly entries = new Map<string, JournalEntry>();
  readonly #parts = new Map<string, Map<number, string>>();

  async list() {
    return [...this.entries.values()];
  }
  async save(entry: JournalEntry) {
    this.entries.set(entry.id, entry);
  }
  async savePart(id: string, partNumber: number, checksum: string) {
    const parts = this.#parts.get(id) ?? new Map<number, string>();
    this.#parts.set(id, parts.set(partNumber, checksum));
  }
  async parts(id: string) {
    return new Map(this.#parts.get(id));
  }
  async delete(id: string) {
    this.entries.delete(id);
    this.#parts.delete(id);
  }
}
