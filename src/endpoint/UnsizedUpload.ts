import type { MultipartTicket } from './Ticket.ts';

/** A multipart upload of a dialect, which does not say how large the file is. */
export interface UnsizedUpload
  extends Omit<MultipartTicket, 'method' | 'uploadId' | 'sizeBytes' | 'partSizeBytes' | 'checksum'> {
  /** The store's; null where the browser begins the upload itself. */
  uploadId: string | null;
}
