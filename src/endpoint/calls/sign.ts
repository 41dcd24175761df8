import { type SignAnswer, SignRequest } from '../../protocol/signMessages.ts';
import { postCall } from '../Call.ts';
import { EndpointError } from '../EndpointError.ts';
import { openTicket, requireMultipart } from '../openTicket.ts';
import { type PresignInput, presign } from '../presign.ts';
import type { Store } from '../Store.ts';
import { signatureTime } from '../signatureTime.ts';
import { urlLife } from '../signUpload.ts';
import type { MultipartTicket } from '../Ticket.ts';

const METHODS = { 'list-parts': 'GET', complete: 'POST', abort: 'DELETE' } as const satisfies Record<
  SignRequest['operation'],
  PresignInput['method']
>;

/**
 * What keeps a browser that ends the upload itself from replacing an object.
 *
 * @throws BucketDropError `bad-request` where the store would not heed it: only the endpoint can end such an upload.
 */
function conditionOf({ profile }: Store, { noOverwrite }: MultipartTicket): Record<string, string> {
  if (!noOverwrite) return {};
  if (profile.attributes.ifNoneMatch === 'put-and-complete') return { 'if-none-match': '*' };
  throw new EndpointError('bad-request', 'this upload has to be completed by the endpoint');
}

/**
 * `POST sign`: for uploaders that end a multipart upload from the browser themselves. Such a browser names the parts
 * itself; what it stored is looked at when it asks for `complete` afterwards, without parts.
 */
export const sign = postCall(
  SignRequest,
  async (context, { ticket: token, operation }): Promise<SignAnswer> => {
    const ticket = requireMultipart(await openTicket(context, token));
    const { key, uploadId } = ticket;
    const { store } = context;
    const time = await signatureTime(context, urlLife(context, ticket));
    const method = METHODS[operation];
    const headers = operation === 'complete' ? conditionOf(store, ticket) : {};
    const url = await presign(store, { method, key, query: { uploadId }, headers }, time);
    return { method, url, expiresInSeconds: time.expiresInSeconds, headers };
  },
);
