import { type UploadedPartsAnswer, UploadedPartsRequest } from '../../protocol/messages.ts';
import { postCall } from '../Call.ts';
import { isUploadGone, uploadGone } from '../isUploadGone.ts';
import { listParts } from '../listParts.ts';
import { openTicket, requireMultipart } from '../openTicket.ts';

/** `POST uploaded-parts`: which parts the bucket holds. */
export const uploadedParts = postCall(
  UploadedPartsRequest,
  async (context, input): Promise<UploadedPartsAnswer> => {
    const ticket = requireMultipart(await openTicket(context, input.ticket));
    try {
      return { parts: await listParts(context.store, ticket) };
    } catch (cause) {
      throw isUploadGone(cause) ? uploadGone(cause) : cause;
    }
  },
);
