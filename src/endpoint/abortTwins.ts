import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { abortUpload } from './abortUpload.ts';
import type { Store } from './Store.ts';
import type { Ticket } from './Ticket.ts';

/**
 * Has the store forget what else was begun for this ticket's key: the uploads that nobody heard of, because the answer
 * to their creation was lost. Never rejects: what is left is for the bucket's lifecycle rule.
 */
export async function abortTwins(store: Store, ticket: Ticket): Promise<void> {
  if (ticket.method !== 'multipart' || !ticket.mayHaveTwins) return;
  const { key } = ticket;
  try {
    const { Uploads = [] } = await store.client.send(
      new ListMultipartUploadsCommand({ Bucket: store.bucket, Prefix: key }),
    );
    const twins = Uploads.filter(({ Key }) => Key === key);
    await Promise.all(twins.map(({ UploadId = '' }) => abortUpload(store, { key, uploadId: UploadId })));
  } catch {
    // See above; a site's credentials may not even be allowed to list.
  }
}
