/** As IndexedDbStore names them. */
const DATABASE = 'bucketdrop';
const TOLD_NOTES = ['uploads', 'files'] as const;

/**
 * Whether IndexedDB may hold notes of unfinished uploads or their files: a look that costs no loading, and leaves no database behind
 * where there was none.
 */
export function hasNotes(
  stores: readonly ('uploads' | 'files' | 'singles')[] = TOLD_NOTES,
): Promise<boolean> {
  return new Promise((answer) => {
    try {
      const opening = indexedDB.open(DATABASE);
      opening.onupgradeneeded = () => opening.transaction?.abort();
      opening.onerror = () => answer(false);
      opening.onsuccess = () => {
        const database = opening.result;
        countNotes(database, stores, (count) => {
          database.close();
          answer(count > 0);
        });
      };
    } catch {
      // No IndexedDB here, or none for this page.
      answer(false);
    }
  });
}

function countNotes(database: IDBDatabase, stores: readonly string[], tell: (count: number) => void): void {
  const names = stores.filter((name) => database.objectStoreNames.contains(name));
  if (names.length === 0) {
    tell(0);
    return;
  }
  const transaction = database.transaction(names);
  const counting = names.map((name) => transaction.objectStore(name).count());
  transaction.oncomplete = () => tell(counting.reduce((sum, { result }) => sum + result, 0));
  transaction.onerror = () => tell(0);
}
