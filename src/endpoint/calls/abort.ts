import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { type AbortAnswer, AbortRequest } from '../../protocol/messages.ts';
import { answerEach } from '../answerEach.ts';
import { postCall } from '../Call.ts';
import { isUploadGone } from '../isUploadGone.ts';
import { openTicket } from '../openTicket.ts';

/**
 * `POST abort`: gives up uploads that are not finished. Safe to repeat, and harmless after `complete`: it removes
 * parts, never an object that the site may have taken note of. So the object of a single request that was stored but not
 * reported stays; a lifecycle rule of the bucket can end such ones.
 */
export const abort = postCall(AbortRequest, async (context, { uploads }): Promise<AbortAnswer> => {
  const { store } = context;
  return {
    uploads: await answerEach(context, uploads, async (upload) => {
      const ticket = await openTicket(context, upload.ticket);
      if (ticket.method !== 'multipart') return {};
      try {
        await store.client.send(
          new AbortMultipartUploadCommand({
            Bucket: store.bucket,
            Key: ticket.key,
            UploadId: ticket.uploadId,
          }),
        );
      } catch (error) {
        if (!isUploadGone(error)) throw error;
      }
      return {};
    }),
  };
});
