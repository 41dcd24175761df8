/** As IndexedDbStore names them. */
const DATABASE = 'bucketdrop';
const UPLOADS = 'uploads';

/**
 * Whether IndexedDB may hold notes of unfinished uploads: a look that costs no loading, and leaves no database behind
 * where there was none.
 */
export function hasNotes(): Promise<boolean> {
  return new Promise((answer) => {
    try {
      const opening = indexedDB.open(DATABASE);
      opening.onupgradeneeded = () => opening.transaction?.abort();
      opening.onerror = () => answer(false);
      opening.onsuccess = () => {
        const database = opening.result;
        countUploads(database, (count) => {
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

function countUploads(database: IDBDatabase, tell: (count: number) => void): void {
  if (!database.objectStoreNames.contains(UPLOADS)) {
    tell(0);
    return;
  }
  const counting = database.transaction(UPLOADS).objectStore(UPLOADS).count();
  counting.onsuccess = () => tell(counting.result);
  counting.onerror = () => tell(0);
}
