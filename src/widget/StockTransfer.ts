import AwsS3 from '@uppy/aws-s3';
import type { Uppy } from '@uppy/core';
import { filterFilesToUpload } from '@uppy/core/utils';
import * as v from 'valibot';
import { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import { MAX_FILES_PER_CALL, MIB, MIN_PART_SIZE_BYTES } from '../protocol/limits.ts';
import {
  CompleteAnswer,
  ConfigAnswer,
  type CreatedUpload,
  type ErrorBody,
  type NewFile,
  PartsAnswer,
  type Signed,
  UploadsAnswer,
} from '../protocol/messages.ts';
import { EndpointClient } from '../transfer/EndpointClient.ts';
import { resolveHeaders, resolveMetadata } from './resolveOptions.ts';
import type { TransferHooks, WidgetBody, WidgetFile, WidgetMeta, WidgetOptions } from './WidgetOptions.ts';

/** `POST sign`: a presigned request for a multipart upload, which the plugin sends to the store itself. */
const SignAnswer = v.object({ url: v.string(), headers: v.optional(v.record(v.string(), v.string()), {}) });

type SignRequest = Extract<ConstructorParameters<typeof AwsS3>[1], { signRequest: unknown }>['signRequest'];
type PresignableRequest = Parameters<SignRequest>[0];
type PresignedResponse = Awaited<ReturnType<SignRequest>>;

/** The plugin reads one page of ListParts, so a file gets no more parts than one page holds. */
const LISTED_PARTS = 1_000;
const RETRY = { attempts: 4, minDelayMs: 500, maxDelayMs: 8_000, outageLimitMs: 0 };
const OPERATIONS = { GET: 'list-parts', POST: 'complete', DELETE: 'abort' } as const;
/** With these, going on with the same ticket is in vain. */
const LOST = new Set(['ticket-invalid', 'ticket-expired', 'upload-gone', 'part-refused']);

/**
 * Runs the stock `@uppy/aws-s3` against this project's endpoint: before a batch, every file gets its ticket; the
 * plugin knows a multipart upload's ticket as its "upload id"; after the batch, the endpoint checks what was stored.
 */
export class StockTransfer {
  readonly #uppy: Uppy<WidgetMeta, WidgetBody>;
  readonly #options: () => WidgetOptions;
  readonly #knownConfig: () => ConfigAnswer | undefined;
  readonly #hooks: TransferHooks;
  readonly #client: EndpointClient;
  readonly #life = new AbortController();
  readonly #created = new Map<string, CreatedUpload>();
  readonly #used = new Set<string>();
  readonly #partSizes = new Map<number, number>();

  constructor(
    uppy: Uppy<WidgetMeta, WidgetBody>,
    options: () => WidgetOptions,
    knownConfig: () => ConfigAnswer | undefined,
    hooks: TransferHooks,
  ) {
    this.#uppy = uppy;
    this.#options = options;
    this.#knownConfig = knownConfig;
    this.#hooks = hooks;
    const headers = () => resolveHeaders(this.#options().headers);
    this.#client = new EndpointClient(
      () => ({ ...this.#options(), headers }),
      () => RETRY,
    );
    uppy.use(AwsS3<WidgetMeta, WidgetBody>, {
      id: 'AwsS3',
      signRequest: (request) =>
        this.#sign(request).catch((error) => {
          throw isBucketDropError(error) ? hooks.describe(error) : error;
        }),
      shouldUseMultipart: (file) => this.#created.get(file.id)?.method === 'multipart',
      getChunkSize: ({ size }) => this.#partSizes.get(size) ?? MIN_PART_SIZE_BYTES,
      // The key is the endpoint's to choose; this only tells `signRequest` which file is meant.
      generateObjectKey: (file) => file.id,
      ...(options().maxConcurrentRequests && { limit: options().maxConcurrentRequests }),
    });
    uppy.addPreProcessor(this.#prepare);
    uppy.addPostProcessor(this.#finish);
    uppy.on('upload-error', this.#onError);
    uppy.on('file-removed', this.#onRemoved);
  }

  uninstall(): void {
    this.#uppy.removePreProcessor(this.#prepare);
    this.#uppy.removePostProcessor(this.#finish);
    this.#uppy.off('upload-error', this.#onError);
    this.#uppy.off('file-removed', this.#onRemoved);
    const plugin = this.#uppy.getPlugin('AwsS3');
    if (plugin) this.#uppy.removePlugin(plugin);
    this.#life.abort();
  }

  readonly #prepare = async (fileIds: string[]): Promise<void> => {
    const files = filterFilesToUpload(this.#existing(fileIds)).filter((file) => !this.#created.has(file.id));
    try {
      const config =
        this.#knownConfig() ??
        (await this.#client.get('config', ConfigAnswer, this.#life.signal, this.#options().kind));
      for (let start = 0; start < files.length; start += MAX_FILES_PER_CALL)
        await this.#create(files.slice(start, start + MAX_FILES_PER_CALL), config);
    } catch (error) {
      for (const file of files) if (!this.#created.has(file.id)) this.#fail(file.id, error);
    }
  };

  async #create(files: WidgetFile[], config: ConfigAnswer): Promise<void> {
    const asked = files.map((file, index) => this.#announce(file, String(index), config));
    const { uploads } = await this.#client.post(
      'uploads',
      { files: asked },
      UploadsAnswer,
      this.#life.signal,
    );
    for (const upload of uploads) {
      const file = files[Number(upload.id)];
      if (!file) continue;
      if (!upload.ok) {
        this.#fail(file.id, toError(upload.error));
        continue;
      }
      this.#created.set(file.id, upload);
      if (upload.method !== 'multipart') continue;
      this.#partSizes.set(file.size ?? 0, upload.partSizeBytes);
      // As if resumed: the plugin asks which parts are there, and creates nothing of its own.
      this.#uppy.setFileState(file.id, { s3Multipart: { uploadId: upload.ticket, key: upload.key } });
    }
  }

  #announce(file: WidgetFile, id: string, config: ConfigAnswer): NewFile {
    const sizeBytes = file.size ?? 0;
    const { name, type } = file;
    const { kind, metadata } = this.#options();
    const common = {
      id,
      name,
      type,
      sizeBytes,
      metadata: resolveMetadata(metadata, file),
      ...(kind === undefined ? {} : { kind }),
    };
    if (sizeBytes <= config.singleRequest.maxSizeBytes) return common;
    const { minPartSizeBytes, preferredPartSizeBytes } = config.multipart;
    const wished = Math.max(minPartSizeBytes, preferredPartSizeBytes ?? 0, sizeBytes / LISTED_PARTS);
    return { ...common, partSizeBytes: Math.ceil(wished / MIB) * MIB, firstParts: 0 };
  }

  async #sign(request: PresignableRequest): Promise<PresignedResponse> {
    if (!('uploadId' in request)) return this.#signSingle(request.key);
    const { uploadId: ticket, method } = request;
    if (method !== 'PUT') {
      const asked = { ticket, operation: OPERATIONS[method] };
      return this.#client.post('sign', asked, SignAnswer, this.#life.signal);
    }
    const signed = await this.#signAgain(ticket, [{ partNumber: request.partNumber }]);
    const [part] = signed.method === 'multipart' ? signed.parts : [];
    if (!part) throw new BucketDropError('endpoint-answer-invalid', 'no URL for the part');
    return { url: part.url, headers: part.headers };
  }

  async #signSingle(fileId: string): Promise<PresignedResponse> {
    const created = this.#created.get(fileId);
    if (!created || created.method === 'multipart')
      throw new BucketDropError('endpoint-answer-invalid', 'no ticket for a single request');
    // What was signed when the upload was created may have expired by the time of a retry.
    const signed = this.#used.has(fileId) ? await this.#signAgain(created.ticket, []) : created;
    this.#used.add(fileId);
    if (signed.method === 'post') return { url: signed.url, fields: signed.fields };
    if (signed.method === 'put') return { url: signed.url, headers: signed.headers, key: created.key };
    throw new BucketDropError('endpoint-answer-invalid', 'parts for a single request');
  }

  async #signAgain(ticket: string, parts: { partNumber: number }[]): Promise<Signed> {
    const asked = { uploads: [{ ticket, parts }] };
    const { uploads } = await this.#client.post('parts', asked, PartsAnswer, this.#life.signal);
    const [one] = uploads;
    if (!one?.ok) throw toError(one?.error ?? { code: 'endpoint-answer-invalid', message: 'no answer' });
    return one.signed;
  }

  readonly #finish = async (fileIds: string[]): Promise<void> => {
    const files = this.#existing(fileIds).filter((file) => file.progress.uploadComplete && !file.error);
    for (let start = 0; start < files.length; start += MAX_FILES_PER_CALL) {
      const batch = files.slice(start, start + MAX_FILES_PER_CALL);
      try {
        await this.#complete(batch);
      } catch (error) {
        for (const file of batch) this.#fail(file.id, error);
      }
    }
  };

  async #complete(files: WidgetFile[]): Promise<void> {
    const known = files.flatMap((file) => {
      const created = this.#created.get(file.id);
      return created ? [{ file, ticket: created.ticket }] : [];
    });
    if (known.length === 0) return;
    const asked = { uploads: known.map(({ ticket }) => ({ ticket })) };
    const { uploads } = await this.#client.post('complete', asked, CompleteAnswer, this.#life.signal);
    for (const [index, { file }] of known.entries()) {
      const one = uploads[index];
      if (!one?.ok) {
        this.#fail(file.id, toError(one?.error ?? { code: 'endpoint-answer-invalid', message: 'no answer' }));
        continue;
      }
      this.#created.delete(file.id);
      if (!this.#uppy.getFile(file.id)) continue;
      this.#uppy.setFileState(file.id, { response: { status: 200, body: one.object as WidgetBody } });
      this.#hooks.stored(this.#uppy.getFile(file.id), one.object);
    }
  }

  #existing(fileIds: string[]): WidgetFile[] {
    return fileIds.map((id) => this.#uppy.getFile(id)).filter((file) => file !== undefined);
  }

  #fail(fileId: string, error: unknown): void {
    const file = this.#uppy.getFile(fileId);
    if (file) this.#uppy.emit('upload-error', file, this.#hooks.describe(error));
  }

  readonly #onError = (file: WidgetFile | undefined, error: unknown): void => {
    if (!file || !LOST.has(String((error as { code?: unknown }).code))) return;
    this.#created.delete(file.id);
    this.#used.delete(file.id);
    if (this.#uppy.getFile(file.id)) this.#uppy.setFileState(file.id, { s3Multipart: undefined });
  };

  readonly #onRemoved = (file: WidgetFile): void => {
    this.#created.delete(file.id);
    this.#used.delete(file.id);
  };
}

function toError({ code, message, hint }: ErrorBody): BucketDropError {
  return new BucketDropError(code, message, { details: { reason: message }, ...(hint && { hint }) });
}
