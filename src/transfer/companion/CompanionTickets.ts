import * as v from 'valibot';
import type { CompleteRequest, NewFile, PartsRequest, StoredObject } from '../../protocol/messages.ts';
import { CompanionFailure, type CompanionServer } from './CompanionServer.ts';

/**
 * What later calls need of an upload. It travels as the protocol's ticket does, as text; there is nothing in it that
 * Companion would not believe any page, since its own protocol has no proof of whose an upload is.
 */
const Ticket = v.object({
  key: v.string(),
  /** Undefined: goes in one request. */
  uploadId: v.optional(v.string()),
  name: v.string(),
  type: v.string(),
  sizeBytes: v.number(),
  metadata: v.optional(v.record(v.string(), v.string())),
});
type Ticket = v.InferOutput<typeof Ticket>;

const Params = v.object({
  method: v.optional(v.string()),
  url: v.string(),
  fields: v.record(v.string(), v.string()),
  expires: v.optional(v.number()),
});
const Created = v.object({ key: v.string(), uploadId: v.string() });
const Batch = v.object({ presignedUrls: v.record(v.string(), v.string()) });
const Listed = v.array(
  v.object({ PartNumber: v.pipe(v.unknown(), v.transform(Number)), ETag: v.string(), Size: v.number() }),
);
const Completed = v.object({ key: v.optional(v.string()) });

/** Companion does not say how long a batch of URLs is good for; by default 800 s. */
const LIKELY_LIFE_SECONDS = 300;

type Named<Request extends { uploads: unknown[] }> = Request['uploads'][number];

/** The protocol's calls about one upload, asked of Companion. */
export class CompanionTickets {
  /** Each time that Companion signs a single request, it chooses another key. */
  readonly #newKeys = new Map<string, string>();

  async create(server: CompanionServer, file: NewFile): Promise<object> {
    const { name, type, sizeBytes, partSizeBytes, metadata } = file;
    const known = { name, type, sizeBytes, ...(metadata && { metadata }) };
    if (partSizeBytes === undefined) {
      const form = await askForm(server, known);
      const key = form.fields.key ?? name;
      return { ticket: seal({ ...known, key }), key, ...form };
    }
    const body = { filename: name, type, metadata: metadata ?? {} };
    const { key, uploadId } = await server.ask('POST', '/multipart', {}, Created, body);
    const ticket = seal({ ...known, key, uploadId });
    const parts = { method: 'multipart', parts: [], expiresInSeconds: LIKELY_LIFE_SECONDS };
    return { ticket, key, partSizeBytes, ...parts };
  }

  async sign(server: CompanionServer, { ticket, parts }: Named<PartsRequest>): Promise<object> {
    const upload = open(ticket);
    if (upload.uploadId === undefined) {
      const signed = await askForm(server, upload);
      this.#newKeys.set(ticket, signed.fields.key ?? upload.key);
      return { signed };
    }
    const numbers = parts.map(({ partNumber }) => partNumber);
    const query = { key: upload.key, partNumbers: numbers.join(',') };
    const { presignedUrls } = await server.ask('GET', `${pathOf(upload)}/batch`, query, Batch);
    const signed = numbers.map((partNumber) => ({
      partNumber,
      url: presignedUrls[String(partNumber)] ?? missingUrl(),
      headers: {},
    }));
    return { signed: { method: 'multipart', parts: signed, expiresInSeconds: LIKELY_LIFE_SECONDS } };
  }

  async list(server: CompanionServer, { ticket }: { ticket: string }): Promise<object> {
    const upload = open(ticket);
    const listed = await server.ask('GET', pathOf(upload), { key: upload.key }, Listed).catch(sayGone);
    return {
      parts: listed.map((part) => ({
        partNumber: part.PartNumber,
        etag: unquote(part.ETag),
        sizeBytes: part.Size,
      })),
    };
  }

  async complete(
    server: CompanionServer,
    { ticket, etag = '', parts }: Named<CompleteRequest>,
  ): Promise<{ object: StoredObject }> {
    const upload = open(ticket);
    const { sizeBytes, type } = upload;
    let key = this.#newKeys.get(ticket) ?? upload.key;
    if (upload.uploadId !== undefined && parts !== undefined) {
      const named = parts.map((part) => ({ PartNumber: part.partNumber, ETag: `"${part.etag}"` }));
      const asked = { key: upload.key };
      try {
        const body = { parts: named };
        const done = await server.ask('POST', `${pathOf(upload)}/complete`, asked, Completed, body);
        key = done.key ?? key;
      } catch (error) {
        // An upload that is gone and a store that fails look alike; a list of parts tells them apart.
        if (error instanceof CompanionFailure && error.status === 500) await this.list(server, { ticket });
        throw error;
      }
    }
    this.#newKeys.delete(ticket);
    return { object: { key, sizeBytes, etag, type, receipt: '' } };
  }

  async abort(server: CompanionServer, { ticket }: { ticket: string }): Promise<object> {
    const upload = open(ticket);
    if (upload.uploadId !== undefined)
      await server.ask('DELETE', pathOf(upload), { key: upload.key }, v.unknown());
    return {};
  }
}

async function askForm(
  server: CompanionServer,
  { name, type, metadata = {} }: Pick<Ticket, 'name' | 'type' | 'metadata'>,
) {
  const query: Record<string, string> = { filename: name, type };
  for (const [field, value] of Object.entries(metadata)) query[`metadata[${field}]`] = value;
  const { url, fields, expires } = await server.ask('GET', '/params', query, Params);
  return { method: 'post', url, fields, expiresInSeconds: expires ?? LIKELY_LIFE_SECONDS };
}

function pathOf({ uploadId = '' }: Ticket): string {
  return `/multipart/${encodeURIComponent(uploadId)}`;
}

function seal(ticket: Ticket): string {
  return JSON.stringify(ticket);
}

function open(ticket: string): Ticket {
  const opened = v.safeParse(v.pipe(v.string(), v.parseJson(), Ticket), ticket);
  if (opened.success) return opened.output;
  throw new CompanionFailure(403, 'this upload was not begun with Companion', 'ticket-invalid');
}

/** Companion passes on what the store says of an upload that it does not know, as a plain 500. */
function sayGone(error: unknown): never {
  if (error instanceof CompanionFailure && error.status === 500)
    throw new CompanionFailure(404, 'the bucket no longer knows this upload', 'upload-gone');
  throw error;
}

function missingUrl(): never {
  throw new CompanionFailure(502, 'Companion left out the URL of a part');
}

function unquote(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}
