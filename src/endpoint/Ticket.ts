import type { ChecksumAlgorithm } from '../protocol/messages.ts';
import type { EndpointUser } from './UploadEndpointOptions.ts';

interface TicketBase {
  /** Of this upload alone, made at random. */
  id: string;
  /** The policy's kind; null where it names none. */
  kind: string | null;
  key: string;
  sizeBytes: number;
  type: string;
  /** Whose it is; null where the endpoint is open to anyone. */
  userId: string | null;
  /** The object carries the ticket's id in its metadata, so that it can be told from another of the same key. */
  noOverwrite: boolean;
  /** Before it the object was not there. To the second. */
  issuedAt: Date;
}
/** One request carries the whole file. Its headers are bound, because they are signed again with each URL. */
export interface SingleTicket extends TicketBase {
  method: 'post' | 'put';
  headers: Readonly<Record<string, string>>;
  /** Base64 of the file's MD5, where the browser told it. */
  md5: string | null;
}
export interface MultipartTicket extends TicketBase {
  method: 'multipart';
  uploadId: string;
  partSizeBytes: number;
  /** What each part is checked by; null: nothing. */
  checksum: ChecksumAlgorithm | null;
  /** What the store forgets of an upload in parts and is told once the object is there; null: nothing. */
  tags: Readonly<Record<string, string>> | null;
  /** It may not be the only upload that was begun for this key, which is nobody else's. */
  mayHaveTwins?: boolean;
}
/** What one upload may do. Everything that is signed later comes from here and never from the browser. */
export type Ticket = SingleTicket | MultipartTicket;

/** A ticket before it is issued. */
export type TicketDraft = Omit<SingleTicket, 'issuedAt'> | Omit<MultipartTicket, 'issuedAt'>;

/** Parts that a multipart upload has; the last may be shorter. */
export function partCount(ticket: Pick<MultipartTicket, 'sizeBytes' | 'partSizeBytes'>): number {
  return Math.max(1, Math.ceil(ticket.sizeBytes / ticket.partSizeBytes));
}

/** Bytes of one part, counted from 1. */
export function partLength(
  ticket: Pick<MultipartTicket, 'sizeBytes' | 'partSizeBytes'>,
  partNumber: number,
): number {
  return Math.min(ticket.partSizeBytes, ticket.sizeBytes - (partNumber - 1) * ticket.partSizeBytes);
}

export function isTicketOf(ticket: Ticket, user: EndpointUser | null): boolean {
  return ticket.userId === (user === null ? null : user.id);
}
