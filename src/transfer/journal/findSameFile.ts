import { isBucketDropError } from '../../protocol/BucketDropError.ts';
import type { UploadedPart } from '../../protocol/messages.ts';
import type { Hasher } from '../checksum/Hasher.ts';
import { hashSlice } from '../checksum/hashSlice.ts';
import type { EndpointCalls } from '../EndpointCalls.ts';
import { partRange } from '../planUpload.ts';
import type { TransferErrorCode } from '../TransferErrorCode.ts';
import type { Upload } from '../Upload.ts';
import type { MultipartSession } from '../UploadSession.ts';
import type { JournalEntry } from './JournalStore.ts';

/** Nobody can go on with it. */
const GONE = new Set<TransferErrorCode>(['upload-gone', 'ticket-expired']);

/** What it takes to prove a file: somebody to ask what is stored, and somebody to hash. */
export interface Prover {
  readonly calls: EndpointCalls;
  readonly hasher: Hasher;
}

/**
 * Looks at what the bucket holds of an unfinished upload, and proves that this file is the one it was begun with: every
 * part that is there is hashed again here and compared with what was sent.
 *
 * @returns the upload, ready to go on; `other` if a single byte differs, or if it is somebody else's (or the endpoint
 *   has another secret now); `gone` if nobody can go on with it
 * @throws BucketDropError when the endpoint cannot tell; RequestFailure `file-changed` when the file cannot be read
 */
export async function findSameFile(
  upload: Upload,
  entry: JournalEntry,
  sent: ReadonlyMap<number, string>,
  prover: Prover,
): Promise<MultipartSession | 'other' | 'gone'> {
  const listed = await listParts(entry, prover);
  if (typeof listed === 'string') return listed;
  const unproved = new Map<number, string>();
  const session: MultipartSession = {
    kind: 'multipart',
    ticket: entry.ticket,
    key: entry.key,
    partSizeBytes: entry.partSizeBytes,
    checksum: entry.checksum,
    signedParts: new Map(),
    storedParts: new Map(),
    checksums: new Map(),
    unproved,
  };
  for (const part of listed) {
    const { partNumber, etag, sizeBytes } = part;
    const { start, end } = partRange(upload.sizeBytes, entry.partSizeBytes, partNumber);
    // A part of another length, or one of which nothing proves what it is, is sent again: it replaces this one.
    const proof = proofOf(entry, sent.get(partNumber), part);
    if (sizeBytes !== end - start || !proof) {
      unproved.set(partNumber, etag);
      continue;
    }
    const checksum = await hashSlice(prover.hasher, upload.bytes.slice(start, end), proof.algorithm);
    if (checksum !== proof.checksum) return 'other';
    session.storedParts.set(partNumber, { etag, sizeBytes });
    if (proof.algorithm === entry.checksum) session.checksums.set(partNumber, checksum);
  }
  return session;
}

async function listParts(entry: JournalEntry, { calls }: Prover): Promise<UploadedPart[] | 'other' | 'gone'> {
  try {
    return await calls.uploadedParts(entry.ticket);
  } catch (error) {
    const code = isBucketDropError(error) ? (error.code as TransferErrorCode) : undefined;
    if (code === 'ticket-invalid') return 'other';
    if (code !== undefined && GONE.has(code)) return 'gone';
    throw error;
  }
}

/**
 * What the store has verified of the part and tells; else what was noted when it was sent; else its ETag, which is its
 * MD5 in most buckets. Where it is none, as with SSE-KMS and SSE-C, it is no file's MD5 either: then nothing is taken
 * for the same, and the file begins anew.
 */
function proofOf({ checksum: algorithm }: JournalEntry, noted: string | undefined, part: UploadedPart) {
  const known = part.checksum ?? noted;
  if (algorithm !== null && known !== undefined) return { algorithm, checksum: known };
  // An upload with CRCs needs that of every part in the end.
  if ((algorithm !== null && algorithm !== 'md5') || !/^[0-9a-f]{32}$/.test(part.etag)) return undefined;
  const bytes = part.etag.match(/../g)?.map((hex) => Number.parseInt(hex, 16)) ?? [];
  return { algorithm: 'md5' as const, checksum: btoa(String.fromCharCode(...bytes)) };
}
