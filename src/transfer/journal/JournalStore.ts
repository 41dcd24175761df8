import type { ChecksumAlgorithm } from '../../protocol/messages.ts';

/** What tells one file on disk from another without reading it. Not a proof: that takes its bytes. */
export interface Fingerprint {
  name: string;
  sizeBytes: number;
  type: string;
  /** Milliseconds since 1970. */
  lastModified: number;
}

/** An unfinished multipart upload: enough to go on after a reload or a crash. */
export interface JournalEntry {
  id: string;
  /** The endpoint's address; its tickets are good nowhere else. */
  endpoint: string;
  fingerprint: Fingerprint;
  ticket: string;
  key: string;
  partSizeBytes: number;
  checksum: ChecksumAlgorithm | null;
  /** Milliseconds since 1970. */
  startedAt: number;
}

/** Where the journal is kept. Each write is on disk, as far as the browser can tell, when its promise resolves. */
export interface JournalStore {
  list(): Promise<JournalEntry[]>;
  save(entry: JournalEntry): Promise<void>;
  /** @param checksum base64, in the entry's algorithm: of the bytes that were sent as this part */
  savePart(id: string, partNumber: number, checksum: string): Promise<void>;
  /** Checksum by part number. */
  parts(id: string): Promise<Map<number, string>>;
  delete(id: string): Promise<void>;
}
