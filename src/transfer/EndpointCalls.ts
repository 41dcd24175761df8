import * as v from 'valibot';
import { BucketDropError } from '../protocol/BucketDropError.ts';
import { type EndpointErrorCode, isEndpointErrorCode } from '../protocol/errorCodes.ts';
import { MAX_FILES_PER_CALL, MAX_PARTS_PER_CALL } from '../protocol/limits.ts';
import {
  AbortAnswer,
  CompleteAnswer,
  type CompleteRequest,
  ConfigAnswer,
  type ErrorBody,
  NewFile,
  PartsAnswer,
  type PartsRequest,
  type Signed,
  type StoredObject,
  type UploadedPart,
  UploadedPartsAnswer,
  UploadsAnswer,
} from '../protocol/messages.ts';
import { Batcher } from './Batcher.ts';
import type { BucketHosts } from './BucketHosts.ts';
import { backoffDelay, type RetryOptions } from './backoffDelay.ts';
import type { EndpointClient } from './EndpointClient.ts';
import { momentNow } from './Moment.ts';
import { sleep } from './sleep.ts';
import type { TransferErrorCode } from './TransferErrorCode.ts';
import { openSession, type UploadSession } from './UploadSession.ts';

type SignItem = PartsRequest['uploads'][number];
type CompleteItem = CompleteRequest['uploads'][number];
type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorBody };

/** Long enough for what happens together to find each other, short enough not to be felt. */
const GATHER_MS = 5;
/** The next one may be expected in this very moment. */
const LAST_MS = 1;
/** Files that must be hashed first come one by one: how long those that are wait for the others. */
const GATHER_NEW_FILES_MS = 150;
/** The lanes are empty: enough for their first seconds. */
const GATHER_FIRST_FILES_MS = 40;
/** While other bytes still fly, nobody waits for a finish: many small files are finished in one call. */
const GATHER_FINISHES_MS = 1_000;
const HEAVY_COMPLETE_PARTS = 2_000;
const PASSING = new Set<string>(['store-unavailable', 'too-many-requests'] satisfies EndpointErrorCode[]);

export interface Traffic {
  /** Whether bytes are in flight or waiting, so that finishes may wait for company. */
  isBusy(): boolean;
  /** Whether bytes are in flight, so that nobody waits for the next files. */
  isFlowing(): boolean;
}

/** The calls of the protocol, each gathered over all uploads and answered one by one. */
export class EndpointCalls {
  readonly #client: EndpointClient;
  readonly #signal: AbortSignal;
  readonly #retry: () => RetryOptions;
  readonly #hosts: Pick<BucketHosts, 'avoided'>;
  readonly #created: Batcher<NewFile, Outcome<UploadSession>>;
  readonly #signed: Batcher<SignItem, Outcome<Signed>>;
  readonly #completed: Batcher<CompleteItem, Outcome<StoredObject>>;
  readonly #aborted: Batcher<{ ticket: string }, Outcome<true>>;
  #expected = 0;

  constructor(
    client: EndpointClient,
    signal: AbortSignal,
    retry: () => RetryOptions,
    traffic: Traffic,
    hosts: Pick<BucketHosts, 'avoided'>,
  ) {
    this.#hosts = hosts;
    this.#client = client;
    this.#signal = signal;
    this.#retry = retry;
    const common = { maxItems: MAX_FILES_PER_CALL, delayMs: () => GATHER_MS, shouldSplit };
    this.#created = new Batcher({
      ...common,
      delayMs: () => {
        if (this.#expected === 0) return GATHER_MS;
        return traffic.isFlowing() ? GATHER_NEW_FILES_MS : GATHER_FIRST_FILES_MS;
      },
      run: (files) => this.#create(files),
    });
    this.#signed = new Batcher({
      ...common,
      maxWeight: MAX_PARTS_PER_CALL,
      weigh: (item) => item.parts.length,
      run: (items) => this.#sign(items),
    });
    this.#completed = new Batcher({
      ...common,
      delayMs: () => (traffic.isBusy() ? GATHER_FINISHES_MS : GATHER_MS),
      maxWeight: HEAVY_COMPLETE_PARTS,
      weigh: (item) => item.parts?.length ?? 0,
      run: (items) => this.#complete(items),
    });
    this.#aborted = new Batcher({ ...common, run: (items) => this.#abort(items) });
  }

  config(kind: string | undefined): Promise<ConfigAnswer> {
    return this.#client.get('config', ConfigAnswer, this.#signal, kind);
  }

  /**
   * A file is about to be announced: others wait for it, a little. Told again when it was, or will not be after all.
   *
   * @returns what is to be called then; only the first time counts
   */
  expectFile(): () => void {
    this.#expected++;
    let isOpen = true;
    return () => {
      if (isOpen && --this.#expected === 0) this.#created.hurry(LAST_MS);
      isOpen = false;
    };
  }

  /** @throws BucketDropError the endpoint's reason not to take this file */
  async create(file: NewFile): Promise<UploadSession> {
    // One malformed file must not fail the others that share its call.
    const checked = v.safeParse(NewFile, file);
    if (!checked.success) {
      const [issue] = checked.issues;
      throw refused({ code: 'bad-request', message: `${v.getDotPath(issue) ?? 'file'}: ${issue.message}` });
    }
    return this.#patiently(() => this.#created.add(checked.output));
  }

  async sign(item: SignItem): Promise<Signed> {
    return this.#patiently(() => this.#signed.add(item));
  }

  /** @param signal stops trying */
  async complete(item: CompleteItem, signal?: AbortSignal): Promise<StoredObject> {
    return this.#patiently(() => this.#completed.add(item), signal);
  }

  /** Finishes that wait for company do so no longer: those to come are the last. */
  finishAll(): void {
    this.#completed.flush();
  }

  /** What the bucket holds of a multipart upload. */
  async uploadedParts(ticket: string): Promise<UploadedPart[]> {
    return (await this.#client.post('uploaded-parts', { ticket }, UploadedPartsAnswer, this.#signal)).parts;
  }

  async abort(ticket: string): Promise<void> {
    unwrap(await this.#aborted.add({ ticket }));
  }

  /** The store did not do its work for this one, while others of the same call had more luck. */
  async #patiently<T>(ask: () => Promise<Outcome<T>>, signal = this.#signal): Promise<T> {
    const retry = this.#retry();
    for (let failures = 1; ; failures++) {
      const outcome = await ask();
      if (outcome.ok || !PASSING.has(outcome.error.code) || failures >= retry.attempts)
        return unwrap(outcome);
      await sleep(backoffDelay(failures, retry), signal);
    }
  }

  /** Only an endpoint that told of several hosts knows the field. */
  #elsewhere<Body extends object>(body: Body): Body & { avoid?: readonly string[] } {
    const { avoided: avoid } = this.#hosts;
    return avoid.length === 0 ? body : { ...body, avoid };
  }

  async #create(files: NewFile[]): Promise<Outcome<UploadSession>[]> {
    const askedAt = momentNow();
    const { uploads } = await this.#client.post(
      'uploads',
      this.#elsewhere({ files }),
      UploadsAnswer,
      this.#signal,
    );
    const byId = new Map(uploads.map((upload) => [upload.id, upload]));
    return files.map(({ id, partChecksums = null }) => {
      const upload = byId.get(id);
      if (!upload) return missing('uploads');
      return upload.ok ? { ok: true, value: openSession(upload, askedAt, partChecksums) } : upload;
    });
  }

  async #sign(items: SignItem[]): Promise<Outcome<Signed>[]> {
    const { uploads } = await this.#client.post(
      'parts',
      this.#elsewhere({ uploads: items }),
      PartsAnswer,
      this.#signal,
    );
    return uploads.map((one) => (one.ok ? { ok: true, value: one.signed } : one));
  }

  async #complete(items: CompleteItem[]): Promise<Outcome<StoredObject>[]> {
    const { uploads } = await this.#client.post('complete', { uploads: items }, CompleteAnswer, this.#signal);
    return uploads.map((one) => (one.ok ? { ok: true, value: one.object } : one));
  }

  async #abort(items: { ticket: string }[]): Promise<Outcome<true>[]> {
    const { uploads } = await this.#client.post('abort', { uploads: items }, AbortAnswer, this.#signal);
    return uploads.map((one) => (one.ok ? { ok: true, value: true } : one));
  }
}

function shouldSplit(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'body-too-large' || code === 'bad-request';
}

function missing(call: string): { ok: false; error: ErrorBody } {
  return { ok: false, error: { code: 'endpoint-answer-invalid', message: `${call} left out an upload` } };
}

function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw refused(outcome.error);
}

/** What the endpoint said against one entry of a call. */
export function refused({ code, message, hint }: ErrorBody): BucketDropError<TransferErrorCode> {
  const known: TransferErrorCode = isEndpointErrorCode(code) ? code : 'endpoint-answer-invalid';
  return new BucketDropError(known, message, {
    details: { reason: message },
    ...(hint === undefined ? {} : { hint }),
  });
}
