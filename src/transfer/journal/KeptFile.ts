import type { Fingerprint } from './JournalStore.ts';

/** What gives a file back after a reload without it being chosen again: a handle, or a copy of its bytes. */
export interface KeptFile {
  id: string;
  /** The endpoint's address that the file is for. */
  endpoint: string;
  fingerprint: Fingerprint;
  /** Which life of a page is at work on it, if that still lives. */
  page: string;
  /** Milliseconds since 1970. */
  keptAt: number;
  handle?: FileSystemFileHandle | undefined;
  copy?: File | undefined;
}

/** Where kept files are kept. */
export interface KeptFileStore {
  files(): Promise<KeptFile[]>;
  /** All of them, or none. */
  keepFiles(files: readonly KeptFile[]): Promise<void>;
  dropFiles(ids: readonly string[]): Promise<void>;
}
