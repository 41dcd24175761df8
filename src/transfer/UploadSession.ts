import type {
  ChecksumAlgorithm,
  CreatedUpload,
  SignedForm,
  SignedPart,
  SignedPut,
} from '../protocol/messages.ts';

export interface StoredPart {
  etag: string;
  sizeBytes: number;
}

/** A signature and until when this browser may use it, by this browser's own clock. */
export type Fresh<Signed> = { signed: Signed; staleAtMs: number };

interface SessionBase {
  ticket: string;
  key: string;
}
export interface SingleSession extends SessionBase {
  kind: 'single';
  request: Fresh<SignedForm | SignedPut> | undefined;
  /** Set once the bucket has the bytes; the ETag where the browser could see it. */
  stored: { etag: string | undefined } | undefined;
}
export interface MultipartSession extends SessionBase {
  kind: 'multipart';
  partSizeBytes: number;
  signedParts: Map<number, Fresh<SignedPart>>;
  storedParts: Map<number, StoredPart>;
  /** How the parts are checked by the store; null: not at all. */
  checksum: ChecksumAlgorithm | null;
  /** Of the parts that were hashed so far, in base64. */
  checksums: Map<number, string>;
}
/** What one upload knows of its place in the bucket; kept over pause, failure and retry. */
export type UploadSession = SingleSession | MultipartSession;

/** Taken off a signature's life, for the way and for a slow start; relative, so that no clock has to be right. */
const MARGIN = 0.1;

export function staleAt(expiresInSeconds: number, askedAtMs: number): number {
  return askedAtMs + expiresInSeconds * 1000 * (1 - MARGIN);
}

export function isFresh(fresh: Fresh<unknown> | undefined): fresh is Fresh<unknown> {
  return fresh !== undefined && fresh.staleAtMs > Date.now();
}

/**
 * @param askedAtMs when the call was sent: the signature's life began no earlier
 * @param checksum what was announced for the parts
 */
export function openSession(
  created: CreatedUpload,
  askedAtMs: number,
  checksum: ChecksumAlgorithm | null,
): UploadSession {
  const { ticket, key } = created;
  const staleAtMs = staleAt(created.expiresInSeconds, askedAtMs);
  if (created.method !== 'multipart') {
    return { kind: 'single', ticket, key, request: { signed: created, staleAtMs }, stored: undefined };
  }
  const signedParts = new Map(created.parts.map((part) => [part.partNumber, { signed: part, staleAtMs }]));
  return {
    kind: 'multipart',
    ticket,
    key,
    partSizeBytes: created.partSizeBytes,
    signedParts,
    storedParts: new Map(),
    checksum,
    checksums: new Map(),
  };
}
