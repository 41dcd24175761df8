import { type AbortAnswer, AbortRequest } from '../../protocol/messages.ts';
import { abortTwins } from '../abortTwins.ts';
import { abortUpload } from '../abortUpload.ts';
import { answerEach } from '../answerEach.ts';
import { postCall } from '../Call.ts';
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
      await abortUpload(store, ticket);
      await abortTwins(store, ticket);
      return {};
    }),
  };
});
