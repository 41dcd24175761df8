import type {
  ChecksumAlgorithm,
  CreatedUpload,
  SignedForm,
  SignedPart,
  SignedPut,
  StoredObject,
} from '../protocol/messages.ts';
import { elapsedMs, type Moment } from './Moment.ts';

export interface StoredPart {
  etag: string;
  sizeBytes: number;
  /** Base64, in the session's algorithm: what the store made of the bytes that it got, where it tells. */
  told?: string | undefined;
}

/** A signature, and how long this browser may use it. */
export interface Fresh<Signed> {
  signed: Signed;
  /** When it was asked for: its life began no earlier. */
  bornAt: Moment;
  lifeMs: number;
}

interface SessionBase {
  ticket: string;
  key: string;
  /** Set where it was found complete already: an earlier page did not live to hear of it. */
  object?: StoredObject | undefined;
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
  /** ETags of parts that were there when this page took the upload over, and that nobody could prove: they are replaced. */
  unproved?: Map<number, string>;
  /** How the parts are checked by the store; null: not at all. */
  checksum: ChecksumAlgorithm | null;
  /** Of the parts that were hashed so far, in base64. */
  checksums: Map<number, string>;
}
/** What one upload knows of its place in the bucket; kept over pause, failure and retry. */
export type UploadSession = SingleSession | MultipartSession;

/** Taken off a signature's life, for the way and for a slow start; relative, so that no clock has to be right. */
const MARGIN = 0.1;

export function fresh<Signed>(signed: Signed, expiresInSeconds: number, bornAt: Moment): Fresh<Signed> {
  return { signed, bornAt, lifeMs: expiresInSeconds * 1000 * (1 - MARGIN) };
}

export function isFresh<Signed>(one: Fresh<Signed> | undefined): one is Fresh<Signed> {
  return one !== undefined && elapsedMs(one.bornAt) < one.lifeMs;
}

/**
 * @param askedAt when the call was sent
 * @param checksum what was announced for the parts
 */
export function openSession(
  created: CreatedUpload,
  askedAt: Moment,
  checksum: ChecksumAlgorithm | null,
): UploadSession {
  const { ticket, key } = created;
  const age = <Signed>(signed: Signed) => fresh(signed, created.expiresInSeconds, askedAt);
  if (created.method !== 'multipart') {
    return { kind: 'single', ticket, key, request: age(created), stored: undefined };
  }
  const signedParts = new Map(created.parts.map((part) => [part.partNumber, age(part)]));
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
