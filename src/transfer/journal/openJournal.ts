import type { JournalStore } from './JournalStore.ts';
import type { UploadJournal } from './UploadJournal.ts';

/** `false` keeps no notes; a store of one's own keeps them elsewhere. Default: in IndexedDB. */
export type JournalOption = boolean | JournalStore | undefined;

/** Loads what keeps the notes; undefined where none are kept. A browser that refuses to load it sends files all the same. */
export async function openJournal(
  option: JournalOption,
  endpoint: () => string,
): Promise<UploadJournal | undefined> {
  if (option === false || (typeof option !== 'object' && typeof indexedDB === 'undefined')) return undefined;
  try {
    const [{ UploadJournal }, store] = await Promise.all([
      import('./UploadJournal.ts'),
      typeof option === 'object' ? option : import('./IndexedDbStore.ts').then((m) => new m.IndexedDbStore()),
    ]);
    return new UploadJournal(store, endpoint);
  } catch {
    return undefined;
  }
}
