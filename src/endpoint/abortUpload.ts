import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { isUploadGone } from './isUploadGone.ts';
import type { Store } from './Store.ts';
import type { MultipartTicket } from './Ticket.ts';

/** Has the store forget the parts of an upload. Safe to repeat. */
export async function abortUpload(
  store: Store,
  { key, uploadId }: Pick<MultipartTicket, 'key' | 'uploadId'>,
): Promise<void> {
  try {
    await store.client.send(
      new AbortMultipartUploadCommand({ Bucket: store.bucket, Key: key, UploadId: uploadId }),
    );
  } catch (error) {
    if (!isUploadGone(error)) throw error;
  }
}
