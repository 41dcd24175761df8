import { isOffline } from '../isOffline.ts';
import type { JournalStore } from './JournalStore.ts';
import type { UploadJournal } from './UploadJournal.ts';

/** `false` keeps no notes; a store of one's own keeps them elsewhere. Default: in IndexedDB. */
export type JournalOption = boolean | JournalStore | undefined;

export interface JournalSettings {
  endpoint: () => string;
  /** Whether copies of small files are kept. */
  keepsCopies: () => boolean;
}

/** Loads what keeps the notes; undefined where none are kept. A browser that refuses to load it sends files all the same. */
export async function openJournal(
  option: JournalOption,
  settings: JournalSettings,
): Promise<UploadJournal | undefined> {
  if (option === false || (typeof option !== 'object' && typeof indexedDB === 'undefined')) return undefined;
  const journal = await load(option, settings);
  if (journal || !isOffline()) return journal;
  // Without a line nothing can be sent either.
  await new Promise((resolve) => globalThis.addEventListener('online', resolve, { once: true }));
  return load(option, settings);
}

async function load(
  option: JournalOption,
  { endpoint, keepsCopies }: JournalSettings,
): Promise<UploadJournal | undefined> {
  try {
    const [{ UploadJournal, KEPT_FOR_MS }, { FileKeeper }, { SingleNotes }, own] = await Promise.all([
      import('./UploadJournal.ts'),
      import('./FileKeeper.ts'),
      import('./SingleNotes.ts'),
      typeof option === 'object' ? undefined : import('./IndexedDbStore.ts'),
    ]);
    if (typeof option === 'object') return new UploadJournal(option, endpoint);
    const store = own && new own.IndexedDbStore();
    if (!store) return undefined;
    const files = new FileKeeper(store, { endpoint, keepsCopies, keptForMs: KEPT_FOR_MS });
    const singles = new SingleNotes(store, { endpoint, keptForMs: KEPT_FOR_MS });
    return new UploadJournal(store, endpoint, files, singles);
  } catch {
    return undefined;
  }
}
