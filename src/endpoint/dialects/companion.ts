import * as v from 'valibot';
import { MAX_PART_COUNT, MAX_PARTS_PER_CALL } from '../../protocol/limits.ts';
import { abortUpload } from '../abortUpload.ts';
import { type Call, type CallContext, checkedCall } from '../Call.ts';
import { beginMultipart } from '../createUpload.ts';
import { EndpointError } from '../EndpointError.ts';
import { isUploadGone, uploadGone } from '../isUploadGone.ts';
import { listParts } from '../listParts.ts';
import { multipartInput } from '../multipartInput.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import { announceUnsized, type UnsizedFile } from './announceUnsized.ts';
import { completeUnsized } from './completeUnsized.ts';
import { type BegunUpload, openUpload, sealUpload } from './openUpload.ts';
import { needsParts, signUnsizedForm } from './signUnsizedForm.ts';
import { signUnsizedParts } from './signUnsizedParts.ts';

/**
 * What `@uppy/companion` answers below `/s3`, as of its version 6, with one difference that no client sees: its upload
 * id is the store's own; here it is a token that holds it, with the key and the user, signed by this endpoint. So nobody
 * signs, lists, completes or aborts what is not theirs.
 * Source: https://github.com/transloadit/uppy/blob/main/packages/%40uppy/companion/src/server/controllers/s3.js
 */
const text = (maxLength: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maxLength));
const partNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PART_COUNT));
const begun = { uploadId: text(8192), key: text(4096) };
const type = v.pipe(v.string(), v.maxLength(255));
const etag = v.pipe(v.string(), v.regex(/^[!-~]{1,256}$/));
const metadata = v.optional(v.nullable(v.record(v.string(), v.unknown())));
const file = { filename: text(4096), type, metadata };

const Begun = v.object(begun);
const PartsOf = v.object({
  ...begun,
  partNumbers: v.pipe(v.array(partNumber), v.minLength(1), v.maxLength(MAX_PARTS_PER_CALL)),
});
const Finished = v.object({
  ...begun,
  parts: v.pipe(
    v.array(v.object({ PartNumber: partNumber, ETag: etag })),
    v.minLength(1),
    v.maxLength(MAX_PART_COUNT),
  ),
});

/** `GET s3/params`: a form for a file that goes in one request. */
export const params = ({ searchParams }: URL): Call =>
  checkedCall(
    'GET',
    v.object(file),
    () => ({
      filename: searchParams.get('filename'),
      type: searchParams.get('type') ?? '',
      metadata: metadataIn(searchParams),
    }),
    async (context, input) => {
      const form = await signUnsizedForm(context, await announceUnsized(context, fileOf(context, input)));
      if (form === null) throw needsParts();
      return { method: 'POST', url: form.url, fields: form.fields, expires: form.expiresInSeconds };
    },
  );

/** `POST s3/multipart` */
export const create = (): Call =>
  checkedCall(
    'POST',
    v.object(file),
    (body) => body,
    async (context, input) => {
      const { store } = context;
      const { headers, tags, tagging, ...upload } = await announceUnsized(context, fileOf(context, input));
      const isTaggedAtOnce = store.profile.attributes.multipartTags;
      const { uploadId } = await beginMultipart(context, null, {
        Key: upload.key,
        ContentType: upload.type,
        ...multipartInput(headers),
        ...(isTaggedAtOnce && { Tagging: tagging['x-amz-tagging'] }),
      });
      const later = isTaggedAtOnce || Object.keys(tags).length === 0 ? null : tags;
      const token = await sealUpload(context, { ...upload, uploadId, tags: later });
      return { key: upload.key, uploadId: token, bucket: store.bucket };
    },
  );

/** `GET s3/multipart/{uploadId}` */
export const list = (url: URL, uploadId: string): Call =>
  checkedCall(
    'GET',
    Begun,
    () => begunIn(url, uploadId),
    async (context, input) => {
      try {
        const upload = await openBegun(context, input);
        const parts = await listParts(context.store, { ...upload, checksum: null });
        return parts.map((part) => ({
          PartNumber: part.partNumber,
          ETag: `"${part.etag}"`,
          Size: part.sizeBytes,
        }));
      } catch (cause) {
        throw isUploadGone(cause) ? uploadGone(cause) : cause;
      }
    },
  );

/** `GET s3/multipart/{uploadId}/{partNumber}` */
export const signPart = (url: URL, uploadId: string, number: string): Call =>
  checkedCall(
    'GET',
    PartsOf,
    () => ({ ...begunIn(url, uploadId), partNumbers: [Number(number)] }),
    async (context, input) => {
      const upload = await openBegun(context, input);
      const { urls, expiresInSeconds } = await signUnsizedParts(context, upload, input.partNumbers);
      const [url] = urls.values();
      return { url, expires: expiresInSeconds };
    },
  );

/** `GET s3/multipart/{uploadId}/batch?partNumbers=1,2` */
export const signBatch = (url: URL, uploadId: string): Call =>
  checkedCall(
    'GET',
    PartsOf,
    () => ({
      ...begunIn(url, uploadId),
      partNumbers: (url.searchParams.get('partNumbers') ?? '').split(',').map(Number),
    }),
    async (context, input) => {
      const upload = await openBegun(context, input);
      const { urls, expiresInSeconds } = await signUnsizedParts(context, upload, input.partNumbers);
      return { presignedUrls: Object.fromEntries(urls), expires: expiresInSeconds };
    },
  );

/** `POST s3/multipart/{uploadId}/complete` */
export const complete = (url: URL, uploadId: string): Call =>
  checkedCall(
    'POST',
    Finished,
    (body) => ({ ...(typeof body === 'object' ? body : {}), ...begunIn(url, uploadId) }),
    async (context, input) => {
      const { store } = context;
      const named = input.parts.map(({ PartNumber, ETag }) => ({ partNumber: PartNumber, etag: ETag }));
      const { key } = await completeUnsized(context, await openBegun(context, input), named);
      const location = new URL(store.objectPath(key), store.bucketUrl).href;
      return { location, key, bucket: store.bucket };
    },
  );

/** `DELETE s3/multipart/{uploadId}` */
export const abort = (url: URL, uploadId: string): Call =>
  checkedCall(
    'DELETE',
    Begun,
    () => begunIn(url, uploadId),
    async (context, input) => {
      await abortUpload(context.store, await openBegun(context, input));
      return {};
    },
  );

function begunIn({ searchParams }: URL, uploadId: string) {
  return { uploadId, key: searchParams.get('key') };
}

async function openBegun<User extends EndpointUser>(
  context: CallContext<User>,
  { uploadId: token, key }: v.InferOutput<typeof Begun>,
): Promise<BegunUpload> {
  const upload = await openUpload(context, token);
  const { uploadId } = upload;
  if (uploadId !== null && upload.key === key) return { ...upload, uploadId };
  throw new EndpointError('ticket-invalid', 'the upload has another key');
}

/** Where the policy has kinds, the file's metadata says which: `uppy.setMeta({ kind: 'avatar' })`. */
function fileOf<User extends EndpointUser>(
  { options }: CallContext<User>,
  { filename: name, type, metadata }: { filename: string; type: string; metadata?: unknown },
): UnsizedFile {
  const { kind, ...rest } = (metadata ?? {}) as Record<string, unknown>;
  if (options.kinds === null) return { name, type, kind: null, metadata: { kind, ...rest } };
  return { name, type, kind: typeof kind === 'string' ? kind : null, metadata: rest };
}

/** `metadata[name]=value`; what a file does not have, Uppy writes as `null`. */
function metadataIn(query: URLSearchParams): Record<string, string> {
  const pairs = [...query].flatMap(([name, value]): [string, string][] => {
    const field = /^metadata\[([^\]]+)\]$/.exec(name)?.[1];
    return field === undefined || value === 'null' ? [] : [[field, value]];
  });
  return Object.fromEntries(pairs);
}
