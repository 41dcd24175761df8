import { readWholeCrc } from './checksums.ts';
import { headObject, type ObjectFacts } from './headObject.ts';
import { decodeMetadata, METADATA_PREFIX, UPLOAD_ID_METADATA } from './metadataHeaders.ts';
import { SSE } from './objectHeaders.ts';
import type { Store } from './Store.ts';
import { unquote } from './unquote.ts';

export interface SeenObject {
  sizeBytes: number;
  etag: string;
  type: string | undefined;
  metadata: Record<string, string>;
  /** Of the upload that it came from, where that was to replace nothing. */
  uploadId: string | undefined;
  modifiedAt: Date | undefined;
  /** Of the whole object, if the store verified one. */
  crc: ReturnType<typeof readWholeCrc>;
  isEncryptedWithOwnKey: boolean;
}

/** The object as the bucket reports it; null if there is none. */
export async function seeObject(store: Store, key: string): Promise<SeenObject | null> {
  const facts = await headObject(store, key, { withChecksum: true });
  if (facts === null) return null;
  const { [UPLOAD_ID_METADATA]: uploadId, ...metadata } = decodeMetadata(metadataOf(facts));
  const modifiedAt = new Date(facts['last-modified'] ?? '');
  return {
    sizeBytes: Number(facts['content-length'] ?? 0),
    etag: unquote(facts.etag ?? ''),
    type: facts['content-type'],
    metadata,
    uploadId,
    modifiedAt: Number.isNaN(modifiedAt.getTime()) ? undefined : modifiedAt,
    crc: readWholeCrc(facts),
    // Of such an object the ETag looks like an MD5 and is none.
    isEncryptedWithOwnKey:
      facts[SSE]?.startsWith('aws:kms') === true || facts[`${SSE}-customer-algorithm`] !== undefined,
  };
}

function metadataOf(facts: ObjectFacts): Record<string, string> {
  const own = Object.entries(facts).filter(([name]) => name.startsWith(METADATA_PREFIX));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(METADATA_PREFIX.length), value]));
}
