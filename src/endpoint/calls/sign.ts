import { type SignAnswer, SignRequest } from '../../protocol/messages.ts';
import { postCall } from '../Call.ts';
import { openTicket, requireMultipart } from '../openTicket.ts';
import { type PresignInput, presign } from '../presign.ts';
import { signatureTime } from '../signatureTime.ts';

const METHODS = { 'list-parts': 'GET', complete: 'POST', abort: 'DELETE' } as const satisfies Record<
  SignRequest['operation'],
  PresignInput['method']
>;

/**
 * `POST sign`: for uploaders that end a multipart upload from the browser themselves. Such a browser names the parts
 * itself; what it stored is looked at when it asks for `complete` afterwards, without parts.
 */
export const sign = postCall(
  SignRequest,
  async (context, { ticket: token, operation }): Promise<SignAnswer> => {
    const { key, uploadId } = requireMultipart(await openTicket(context, token));
    const { store } = context;
    const time = await signatureTime(context);
    const method = METHODS[operation];
    const url = await presign(store, { method, key, query: { uploadId } }, time);
    return { method, url, expiresInSeconds: time.expiresInSeconds };
  },
);
