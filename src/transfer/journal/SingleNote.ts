import type { Fingerprint } from './JournalStore.ts';

/** An unfinished upload that goes in one request: enough to find out whether it arrived, or to send it once more. */
export interface SingleNote {
  id: string;
  /** The endpoint's address; its tickets are good nowhere else. */
  endpoint: string;
  /** Which life of a page is at work on it, if that still lives. */
  page: string;
  fingerprint: Fingerprint;
  /** MD5 of its bytes, base64. */
  checksum: string;
  ticket: string;
  key: string;
  /** Milliseconds since 1970. */
  startedAt: number;
}

/** Where such notes are kept. */
export interface SingleNoteStore {
  singles(): Promise<SingleNote[]>;
  /** By id; those without a note are dropped. All of them, or none. */
  writeSingles(changes: ReadonlyMap<string, SingleNote | undefined>): Promise<void>;
}
