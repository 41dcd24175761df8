import { lookup } from 'mrmime';
import * as v from 'valibot';
import { MAX_PART_COUNT } from '../../protocol/limits.ts';
import { type Call, type CallContext, checkedCall } from '../Call.ts';
import { EndpointError } from '../EndpointError.ts';
import { findPolicy } from '../findPolicy.ts';
import { isUploadGone, uploadGone } from '../isUploadGone.ts';
import { keyTaken } from '../keyTaken.ts';
import { presign } from '../presign.ts';
import { seeObject } from '../seeObject.ts';
import { type SignatureTime, signatureTime } from '../signatureTime.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import { announceUnsized } from './announceUnsized.ts';
import { measureParts } from './measureParts.ts';
import { type BegunUpload, openUpload, sealUpload } from './openUpload.ts';
import { needsParts, signUnsizedForm } from './signUnsizedForm.ts';
import { signUnsizedParts } from './signUnsizedParts.ts';
import { hasSizeLimits } from './sizeLimits.ts';

/**
 * What `@uppy/aws-s3` 6 hands to its `signRequest`. Of a multipart upload's key it is told a token instead, which holds
 * the real one and the user, signed by this endpoint; the plugin brings it back with each later request.
 * Source: `PresignableRequest` in https://github.com/transloadit/uppy/blob/main/packages/%40uppy/aws-s3/src/s3-client/types.ts
 */
const PresignableRequest = v.object({
  method: v.picklist(['PUT', 'POST', 'GET', 'DELETE']),
  key: v.pipe(v.string(), v.minLength(1), v.maxLength(8192)),
  uploadId: v.optional(v.pipe(v.string(), v.regex(/^[!-~]{1,2048}$/))),
  partNumber: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PART_COUNT))),
  contentType: v.optional(v.pipe(v.string(), v.maxLength(255))),
  /** Ours: where the policy has kinds, the page's function adds it. */
  kind: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
});
type PresignableRequest = v.InferOutput<typeof PresignableRequest>;

interface PresignedResponse {
  url: string;
  key?: string;
  headers?: Record<string, string>;
  fields?: Record<string, string>;
}

/** Uppy's own beginning of a key, which the endpoint's replaces. */
const RANDOM_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}-(?=.)/;

/** `POST sign` with a request of Uppy's instead of a ticket. */
export const signRequest: Call = checkedCall(
  'POST',
  PresignableRequest,
  (body) => body,
  async (context, request): Promise<PresignedResponse> => {
    const { method, uploadId, partNumber } = request;
    if (uploadId === undefined) {
      if (method === 'PUT') return signSingle(context, request);
      if (method === 'POST') return signCreate(context, request);
      throw new EndpointError('bad-request', `${method} of an object is not signed here`);
    }
    const upload: BegunUpload = { ...(await openUpload(context, request.key)), uploadId };
    if (method !== 'PUT') return signUpload(context, upload, method);
    if (partNumber === undefined) throw new EndpointError('bad-request', 'partNumber: a number expected');
    const { urls } = await signUnsizedParts(context, upload, [partNumber]);
    return { url: urls.get(partNumber) ?? '' };
  },
);

/** True for Uppy's request, false for one with a ticket. */
export function isSignRequest(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, 'method');
}

async function signSingle<User extends EndpointUser>(
  context: CallContext<User>,
  { key: wished, contentType: type = '', ...rest }: PresignableRequest,
): Promise<PresignedResponse> {
  const { kind = null } = rest;
  const file = { name: nameIn(wished), type, kind, metadata: {} };
  const announced = await announceUnsized(context, file);
  const form = await signUnsizedForm(context, announced);
  if (form !== null) return { url: form.url, fields: form.fields };
  if (hasSizeLimits(findPolicy(context.options, kind))) throw needsParts();
  const { key, noOverwrite } = announced;
  const headers = {
    'content-type': announced.type,
    ...announced.headers,
    ...announced.tagging,
    ...(noOverwrite && { 'if-none-match': '*' }),
  };
  const url = await presign(context.store, { method: 'PUT', key, headers }, await timeOf(context, kind));
  return { url, key, headers };
}

/** The type is not told here; it is what the name's extension stands for, and signed. */
async function signCreate<User extends EndpointUser>(
  context: CallContext<User>,
  { key: wished, ...rest }: PresignableRequest,
): Promise<PresignedResponse> {
  const { kind = null } = rest;
  const name = nameIn(wished);
  const file = { name, type: lookup(name) ?? '', kind, metadata: {} };
  const { headers: described, tags, tagging, ...upload } = await announceUnsized(context, file);
  if (Object.keys(tags).length > 0 && !context.store.profile.attributes.multipartTags)
    throw new EndpointError(
      'bad-request',
      'this store is told the tags of an upload in parts at its end, which this way of signing does not see',
    );
  const { key, type } = upload;
  const headers = { 'content-type': type, ...described, ...tagging };
  const asked = { method: 'POST', key, query: { uploads: '' }, headers } as const;
  return {
    url: await presign(context.store, asked, await timeOf(context, kind)),
    key: await sealUpload(context, { ...upload, tags: null, uploadId: null }),
    headers,
  };
}

async function signUpload<User extends EndpointUser>(
  context: CallContext<User>,
  upload: BegunUpload,
  method: 'GET' | 'POST' | 'DELETE',
): Promise<PresignedResponse> {
  const { key, uploadId, kind } = upload;
  const headers = method === 'POST' ? await checkCompletion(context, upload) : {};
  const asked = { method, key, query: { uploadId }, headers };
  const url = await presign(context.store, asked, await timeOf(context, kind));
  return Object.keys(headers).length === 0 ? { url } : { url, headers };
}

/**
 * The last moment at which the endpoint sees the upload. What comes in between this look and the next step, the store
 * alone can refuse.
 *
 * @returns what the completion must be sent with, so that the store does
 */
async function checkCompletion<User extends EndpointUser>(
  context: CallContext<User>,
  upload: BegunUpload,
): Promise<Record<string, string>> {
  const { options, store } = context;
  const { completeSize, ifNoneMatch } = store.profile.attributes;
  const headers: Record<string, string> = {};
  if (hasSizeLimits(findPolicy(options, upload.kind))) {
    const { ticket } = await measureParts(context, upload).catch((cause) => {
      throw isUploadGone(cause) ? uploadGone(cause) : cause;
    });
    if (completeSize) headers['x-amz-mp-object-size'] = String(ticket.sizeBytes);
  }
  if (!upload.noOverwrite) return headers;
  if (ifNoneMatch === 'put-and-complete') return { ...headers, 'if-none-match': '*' };
  if ((await seeObject(store, upload.key)) !== null) throw keyTaken();
  return headers;
}

function timeOf<User extends EndpointUser>(
  context: CallContext<User>,
  kind: string | null,
): Promise<SignatureTime> {
  return signatureTime(context, findPolicy(context.options, kind).urlExpiresInSeconds);
}

function nameIn(key: string): string {
  return key.replace(RANDOM_ID, '');
}
