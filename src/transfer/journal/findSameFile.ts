import { isBucketDropError } from '../../protocol/BucketDropError.ts';
import type { UploadedPart } from '../../protocol/messages.ts';
import type { Hasher } from '../checksum/Hasher.ts';
import { hashSlice } from '../checksum/hashSlice.ts';
import type { EndpointCalls } from '../EndpointCalls.ts';
import { countParts, partRange } from '../planUpload.ts';
import type { TransferErrorCode } from '../TransferErrorCode.ts';
import type { Upload } from '../Upload.ts';
import type { MultipartSession } from '../UploadSession.ts';
import { findFinished } from './findFinished.ts';
import type { JournalEntry } from './JournalStore.ts';
import { type Proof, proofOf } from './proofOf.ts';

/** What it takes to prove a file: somebody to ask what is stored, somebody to hash, and somebody to tell. */
export interface Prover {
  readonly calls: EndpointCalls;
  readonly hasher: Hasher;
  /** So many bytes will be compared. */
  begin(totalBytes: number): void;
  /** This part is the same here and in the bucket. */
  proved(partNumber: number, sizeBytes: number): void;
}

/**
 * Looks at what the bucket holds of an unfinished upload, and proves that this file is the one it was begun with: every
 * part that is there is hashed again here and compared with what was sent.
 *
 * @returns the upload, ready to go on, or with its object if it was complete already; `other` if a single byte differs,
 *   or if it is somebody else's (or the endpoint has another secret now); `gone` if nobody can go on with it
 * @throws BucketDropError when the endpoint cannot tell; RequestFailure `file-changed` when the file cannot be read
 */
export async function findSameFile(
  upload: Upload,
  entry: JournalEntry,
  sent: ReadonlyMap<number, string>,
  prover: Prover,
): Promise<MultipartSession | 'other' | 'gone'> {
  const listed = await listParts(entry, prover);
  if (listed === 'other' || listed === 'ticket-expired') return listed === 'other' ? 'other' : 'gone';
  const unproved = new Map<number, string>();
  const session: MultipartSession = { ...openSession(entry), unproved };
  if (listed === 'upload-gone') {
    const proofs = proofsOfAll(upload, entry, sent);
    // Complete may have been asked for, and its answer lost with the page.
    if (!proofs) return 'gone';
    if (!(await isSame(upload, session, proofs, prover))) return 'other';
    session.object = await findFinished(upload.sizeBytes, session, prover);
    return session.object ? session : 'gone';
  }
  const proofs = new Map<number, Proof>();
  for (const part of listed) {
    const { partNumber, etag, sizeBytes } = part;
    const { start, end } = partRange(upload.sizeBytes, entry.partSizeBytes, partNumber);
    // A part of another length, or one of which nothing proves what it is, is sent again: it replaces this one.
    const proof = proofOf(entry.checksum, sent.get(partNumber), part);
    if (sizeBytes !== end - start || !proof) {
      unproved.set(partNumber, etag);
      continue;
    }
    proofs.set(partNumber, proof);
    session.storedParts.set(partNumber, { etag, sizeBytes });
  }
  return (await isSame(upload, session, proofs, prover)) ? session : 'other';
}

function openSession({ ticket, key, partSizeBytes, checksum }: JournalEntry): MultipartSession {
  return {
    kind: 'multipart',
    ticket,
    key,
    partSizeBytes,
    checksum,
    signedParts: new Map(),
    storedParts: new Map(),
    checksums: new Map(),
  };
}

/** Hashes these parts of the file. The first that differs ends it. */
async function isSame(
  upload: Upload,
  session: MultipartSession,
  proofs: ReadonlyMap<number, Proof>,
  prover: Prover,
): Promise<boolean> {
  const rangeOf = (partNumber: number) => partRange(upload.sizeBytes, session.partSizeBytes, partNumber);
  let totalBytes = 0;
  for (const partNumber of proofs.keys()) totalBytes += lengthOf(rangeOf(partNumber));
  prover.begin(totalBytes);
  for (const [partNumber, proof] of proofs) {
    const range = rangeOf(partNumber);
    const bytes = upload.bytes.slice(range.start, range.end);
    const checksum = await hashSlice(prover.hasher, bytes, proof.algorithm);
    if (checksum !== proof.checksum) return false;
    if (proof.algorithm === session.checksum) session.checksums.set(partNumber, checksum);
    prover.proved(partNumber, lengthOf(range));
  }
  return true;
}

/** What was noted of every part of the file; undefined if one was never sent. */
function proofsOfAll(
  { sizeBytes }: Upload,
  { partSizeBytes, checksum: algorithm }: JournalEntry,
  sent: ReadonlyMap<number, string>,
): ReadonlyMap<number, Proof> | undefined {
  if (algorithm === null || sent.size !== countParts(sizeBytes, partSizeBytes)) return undefined;
  return new Map([...sent].map(([partNumber, checksum]) => [partNumber, { algorithm, checksum }]));
}

const lengthOf = ({ start, end }: { start: number; end: number }) => end - start;

async function listParts(
  entry: JournalEntry,
  { calls }: Prover,
): Promise<UploadedPart[] | 'other' | 'upload-gone' | 'ticket-expired'> {
  try {
    return await calls.uploadedParts(entry.ticket);
  } catch (error) {
    const code = isBucketDropError(error) ? (error.code as TransferErrorCode) : undefined;
    if (code === 'ticket-invalid') return 'other';
    if (code === 'upload-gone' || code === 'ticket-expired') return code;
    throw error;
  }
}
