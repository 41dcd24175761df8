import { MAX_PARTS_PER_CALL } from '../../protocol/limits.ts';
import { type PartsAnswer, PartsRequest } from '../../protocol/messages.ts';
import { answerEach } from '../answerEach.ts';
import { postCall } from '../Call.ts';
import { EndpointError } from '../EndpointError.ts';
import { openTicket } from '../openTicket.ts';
import { askTime } from '../StoreClock.ts';
import { signParts, signSingle } from '../signUpload.ts';

/** `POST parts`: fresh signatures for uploads under way. Of the store it wants to know the time at most. */
export const parts = postCall(PartsRequest, async (context, { uploads, avoid }): Promise<PartsAnswer> => {
  const total = uploads.reduce((sum, upload) => sum + upload.parts.length, 0);
  if (total > MAX_PARTS_PER_CALL) {
    throw new EndpointError('bad-request', `${total} parts in one call; at most ${MAX_PARTS_PER_CALL}`);
  }
  // Whoever began them may have been another copy of this endpoint. If the store took a signature for one of another
  // time, it would take the next one for that as well.
  await askTime(context.store);
  return {
    uploads: await answerEach(context, uploads, async (upload) => {
      const ticket = await openTicket(context, upload.ticket);
      if (ticket.method === 'multipart')
        return { signed: await signParts(context, ticket, upload.parts, avoid) };
      if (upload.parts.length > 0) {
        throw new EndpointError('bad-request', 'this upload goes in one request: it has no parts');
      }
      return { signed: await signSingle(context, ticket, avoid) };
    }),
  };
});
