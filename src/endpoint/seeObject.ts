import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { readWholeCrc } from './checksums.ts';
import { isUploadGone } from './isUploadGone.ts';
import { decodeMetadata, UPLOAD_ID_METADATA } from './metadataHeaders.ts';
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
  try {
    const head = await store.client.send(
      new HeadObjectCommand({ Bucket: store.bucket, Key: key, ChecksumMode: 'ENABLED' }),
    );
    const { [UPLOAD_ID_METADATA]: uploadId, ...metadata } = decodeMetadata(head.Metadata ?? {});
    return {
      sizeBytes: head.ContentLength ?? 0,
      etag: unquote(head.ETag ?? ''),
      type: head.ContentType,
      metadata,
      uploadId,
      modifiedAt: head.LastModified,
      crc: readWholeCrc(head),
      // Of such an object the ETag looks like an MD5 and is none.
      isEncryptedWithOwnKey:
        head.ServerSideEncryption?.startsWith('aws:kms') === true || head.SSECustomerAlgorithm !== undefined,
    };
  } catch (cause) {
    if (isUploadGone(cause)) return null;
    throw cause;
  }
}
