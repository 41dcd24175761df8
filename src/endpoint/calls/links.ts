import { type LinkAction, type LinksAnswer, LinksRequest } from '../../protocol/linkMessages.ts';
import { previewTypeOf } from '../../protocol/previewTypes.ts';
import { answerEach } from '../answerEach.ts';
import { type CallContext, postCall } from '../Call.ts';
import { contentDisposition } from '../contentDisposition.ts';
import { EndpointError } from '../EndpointError.ts';
import { headObject } from '../headObject.ts';
import { presign } from '../presign.ts';
import type { Receipt } from '../Receipt.ts';
import type { Store } from '../Store.ts';
import { signatureTime } from '../signatureTime.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import { unquote } from '../unquote.ts';

type Wanted = LinksRequest['links'][number];
type Link = Omit<Extract<LinksAnswer['links'][number], { ok: true }>, 'ok'>;

const REFUSALS: Record<LinkAction, string> = {
  download: 'this object may not be downloaded here',
  preview: 'this object may not be shown here',
  delete: 'this object may not be deleted here',
};

/**
 * `POST links`: presigned URLs, each for one request to one object that whoever asks has uploaded. Changes nothing, so it
 * is safe to repeat.
 */
export const links = postCall(
  LinksRequest,
  async (context, { links: wanted }): Promise<LinksAnswer> => ({
    links: await answerEach(context, wanted, (one) => signLink(context, one)),
  }),
);

async function signLink<User extends EndpointUser>(
  context: CallContext<User>,
  { receipt, action, expiresInSeconds: wished }: Wanted,
): Promise<Link> {
  const { store, user, options } = context;
  const object = await openReceipt(context, receipt);
  const rule = options.links.rules[action];
  // Strictly true: an answer that was forgotten must not count as one.
  const isAllowed = typeof rule === 'function' ? (await rule(object, user)) === true : rule;
  if (!isAllowed) throw new EndpointError('forbidden', REFUSALS[action]);
  const query = await overrides(context, action, object);
  await requireSame(store, object);
  const longest = options.links.expiresInSeconds;
  const time = await signatureTime(context, Math.min(wished ?? longest, longest));
  const method = action === 'delete' ? 'DELETE' : 'GET';
  const url = await presign(store, { method, key: object.key, query }, time);
  return { method, url, expiresInSeconds: time.expiresInSeconds };
}

/** @throws BucketDropError `ticket-invalid` or `ticket-expired` */
async function openReceipt<User extends EndpointUser>(
  { tokens, user, options }: CallContext<User>,
  token: string,
): Promise<Receipt> {
  const receipt = await tokens.openReceipt(token);
  if (receipt.userId !== (user?.id ?? null)) {
    throw new EndpointError('ticket-invalid', 'the receipt belongs to someone else');
  }
  const ageSeconds = (options.now() - receipt.issuedAt.getTime()) / 1000;
  if (ageSeconds > options.links.maxReceiptAgeSeconds) {
    throw new EndpointError('ticket-expired', 'the receipt is too old to get links');
  }
  return receipt;
}

/**
 * What the bucket is made to say of the object, whatever was stored with it: the type is named anew, so that nothing is
 * ever served as a page or a script of the bucket's origin.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @throws BucketDropError `type-not-allowed` for a preview of what is only safe to download
 */
async function overrides<User extends EndpointUser>(
  { options, user }: CallContext<User>,
  action: LinkAction,
  object: Receipt,
): Promise<Record<string, string>> {
  if (action === 'delete') return {};
  const previewType = previewTypeOf(object.type);
  if (action === 'preview' && previewType === null) {
    throw new EndpointError('type-not-allowed', 'objects of this type can only be downloaded');
  }
  const name = (await options.links.fileName?.(object, user)) ?? object.key.replace(/^.*\//s, '');
  return {
    'response-content-disposition': contentDisposition(action === 'preview' ? 'inline' : 'attachment', name),
    'response-content-type': previewType ?? 'application/octet-stream',
    'response-cache-control': 'private',
  };
}

/**
 * A receipt speaks for the object that was stored then, not for what somebody has put in its place.
 *
 * @throws BucketDropError `object-missing` or `object-mismatch`
 */
async function requireSame(store: Store, { key, etag, sizeBytes }: Receipt): Promise<void> {
  const facts = await headObject(store, key, { withChecksum: false });
  if (facts === null) throw new EndpointError('object-missing', 'the bucket does not hold this object');
  if (unquote(facts.etag ?? '') === etag && facts['content-length'] === String(sizeBytes)) return;
  throw new EndpointError('object-mismatch', 'the bucket holds another object under this key by now');
}
