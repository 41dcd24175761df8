import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { S3Error } from '../S3Error.ts';

/** An upload form up to its file. */
export interface UploadForm {
  /** By lower-case name; a name comes once. */
  readonly fields: ReadonlyMap<string, string>;
  /** What the browser calls the file, without any path. */
  readonly fileName: string;
  /** The file's bytes; throws if the form breaks off. */
  readonly file: AsyncIterable<Buffer>;
  /** Stops reading, wherever it is. */
  close(): void;
}

/** S3 takes at most 20 KB of fields before the file. */
const MAX_FIELD_BYTES = 20 * 1024;

/**
 * Reads the fields of a multipart form, and hands over when its field `file` begins; what follows that is ignored,
 * as S3 does.
 * @throws S3Error MalformedPOSTRequest, MaxPostPreDataLengthExceededError, InvalidArgument without a file or
 * with a field that comes twice; whatever the body throws.
 */
export function readForm(contentType: string | undefined, body: AsyncIterable<Buffer>): Promise<UploadForm> {
  let parser: BusboyInstance;
  try {
    parser = new Busboy({
      headers: { 'content-type': contentType ?? '' },
      limits: { fieldSize: MAX_FIELD_BYTES, headerSize: MAX_FIELD_BYTES },
      isPartAFile: (name) => name?.toLowerCase() === 'file',
    });
  } catch (cause) {
    return Promise.reject(asMalformed(cause));
  }
  const fields = new Map<string, string>();
  let bytes = 0;
  let found = false;
  const aborted = new AbortController();
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      reject(error);
      aborted.abort(error);
    };
    parser.on('field', (name, value, _nameCut, valueCut) => {
      if (found) return;
      bytes += name.length + value.length;
      if (valueCut || bytes > MAX_FIELD_BYTES) refuse(new S3Error('MaxPostPreDataLengthExceededError'));
      const lower = name.toLowerCase();
      if (fields.has(lower)) {
        refuse(new S3Error('InvalidArgument', 'A form field comes twice', { ArgumentName: name }));
      }
      fields.set(lower, value);
    });
    let running: Promise<void>;
    parser.on('file', (_name, stream, fileName) => {
      if (found) {
        stream.resume();
        return;
      }
      found = true;
      stream.on('error', () => undefined);
      resolve({
        fields,
        fileName: fileName ?? '',
        file: untilEnd(stream, () => running),
        close: () => aborted.abort(),
      });
    });
    running = pipeline(Readable.from(body), parser, { signal: aborted.signal });
    running.then(
      () => {
        if (found) return;
        reject(
          new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.', {
            ArgumentName: 'file',
            ArgumentValue: 0,
          }),
        );
      },
      (error) => reject(asMalformed(error)),
    );
  });
}

/** The bytes count only when the whole form has arrived. */
async function* untilEnd(stream: Readable, running: () => Promise<void>): AsyncGenerator<Buffer> {
  const failure = running().then(
    () => undefined,
    (error: unknown) => {
      const reason = asMalformed(error);
      stream.destroy(reason);
      return reason;
    },
  );
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw asMalformed(error);
  }
  const reason = await failure;
  if (reason !== undefined) throw reason;
}

/** Our own refusals and lost connections pass; what the parser says becomes S3's word for it. */
function asMalformed(error: unknown): Error {
  const own = error instanceof Error && ['S3Error', 'ConnectionLost'].includes(error.name);
  return own ? error : new S3Error('MalformedPOSTRequest');
}
