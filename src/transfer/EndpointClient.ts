import * as v from 'valibot';
import { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import { type EndpointErrorCode, isEndpointErrorCode } from '../protocol/errorCodes.ts';
import { ErrorAnswer } from '../protocol/messages.ts';
import { backoffDelay, parseRetryAfter, type RetryOptions } from './backoffDelay.ts';
import type { Circuit } from './Circuit.ts';
import { sleep } from './sleep.ts';
import type { TransferErrorCode } from './TransferErrorCode.ts';
import { WakeWatch } from './WakeWatch.ts';
import { Watchdog } from './Watchdog.ts';

export type HeadersOption =
  | Record<string, string>
  | (() => Record<string, string> | Promise<Record<string, string>>);

export interface EndpointOptions {
  /** Where the endpoint is mounted, such as `/api/uploads`; resolved against the page. A query is kept. */
  endpoint: string;
  /** Which kind of upload, of those that the endpoint's policy names. It may change; a file keeps the one it began with. */
  kind?: string | undefined;
  /**
   * `companion`: the server at `endpoint` is no upload endpoint but Uppy's `@uppy/companion`. What it has no word for is
   * missing then: the endpoint's limits, checksums, receipts, links, what `onUploaded` returns.
   */
  dialect?: 'companion' | undefined;
  /** Sent to the endpoint, never to the bucket. A function is asked before each call. */
  headers?: HeadersOption | undefined;
  /** Whether cookies go along. Default `same-origin`. */
  credentials?: RequestCredentials | undefined;
}

const CALL_TIMEOUT_MS = 60_000;
/** Making an object of thousands of parts can take a store minutes. */
const COMPLETE_TIMEOUT_MS = 150_000;

/** What the endpoint may have meant by a status without a readable error: some proxy or login page answered. */
const CODE_BY_STATUS: Record<string, EndpointErrorCode> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  429: 'too-many-requests',
};
/** The endpoint as a whole does not do its work at the moment. */
const OUTAGE = new Set<TransferErrorCode>([
  'endpoint-unreachable',
  'store-unavailable',
  'too-many-requests',
  'internal',
]);

class Unavailable extends BucketDropError<TransferErrorCode> {
  retryAfterSeconds: number | undefined;
}

/** Speaks the protocol with the endpoint: JSON both ways, checked, and tried again where that may help. */
export class EndpointClient {
  readonly #options: () => EndpointOptions;
  readonly #retry: () => RetryOptions;
  readonly #wake: WakeWatch;
  readonly #circuit: Circuit | undefined;
  /** Calls that were answered well before. */
  readonly #worked = new Set<string>();

  /** @param circuit over all calls, where there are several */
  constructor(
    options: () => EndpointOptions,
    retry: () => RetryOptions,
    wake: WakeWatch = new WakeWatch(),
    circuit?: Circuit,
  ) {
    this.#options = options;
    this.#retry = retry;
    this.#wake = wake;
    this.#circuit = circuit;
  }

  get<Output>(
    call: string,
    answer: v.GenericSchema<unknown, Output>,
    signal: AbortSignal,
    kind: string | undefined,
  ): Promise<Output> {
    return this.#call('GET', call, undefined, answer, signal, kind);
  }

  post<Output>(
    call: string,
    body: unknown,
    answer: v.GenericSchema<unknown, Output>,
    signal: AbortSignal,
  ): Promise<Output> {
    return this.#call('POST', call, JSON.stringify(body), answer, signal);
  }

  async #call<Output>(
    method: 'GET' | 'POST',
    call: string,
    body: string | undefined,
    answer: v.GenericSchema<unknown, Output>,
    signal: AbortSignal,
    kind?: string,
  ): Promise<Output> {
    const retry = this.#retry();
    for (let failures = 0; ; ) {
      const pass = await this.#circuit?.enter(signal);
      try {
        const output = await this.#once(method, call, body, answer, signal, kind);
        // That there is a config says little of the calls that do the work.
        if (method === 'GET') pass?.answered();
        else pass?.succeeded();
        this.#worked.add(call);
        return output;
      } catch (error) {
        if (!isBucketDropError(error)) throw error;
        const code = error.code as TransferErrorCode;
        const wait = error instanceof Unavailable ? error.retryAfterSeconds : undefined;
        if (!OUTAGE.has(code)) {
          pass?.answered();
          throw error;
        }
        pass?.failed(wait);
        if (this.#isWorthWaiting(code, call)) continue;
        failures++;
        if (failures >= retry.attempts || this.#circuit?.isHopeless) {
          this.#circuit?.giveUp(error);
          throw error;
        }
        if (!this.#circuit?.isOpen) await sleep(backoffDelay(failures, retry, wait), signal);
      } finally {
        pass?.stopped();
      }
    }
  }

  /** A call that always ended as a bug of the endpoint's will not do better by waiting. */
  #isWorthWaiting(code: TransferErrorCode, call: string): boolean {
    return this.#circuit?.isPatient === true && (code !== 'internal' || this.#worked.has(call));
  }

  async #once<Output>(
    method: 'GET' | 'POST',
    call: string,
    body: string | undefined,
    answer: v.GenericSchema<unknown, Output>,
    signal: AbortSignal,
    kind?: string,
  ): Promise<Output> {
    const { endpoint, headers, credentials = 'same-origin' } = this.#options();
    const url = callUrl(endpoint, call, kind);
    const own = typeof headers === 'function' ? await headers() : headers;
    const { response, text } = await this.#fetch(url, signal, {
      method,
      credentials,
      cache: 'no-store',
      headers: { ...own, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
    });
    const json = parseJson(text);
    if (!response.ok) throw refusal(response, json, url);
    const checked = v.safeParse(answer, json);
    if (checked.success) return checked.output;
    throw new BucketDropError<TransferErrorCode>(
      'endpoint-answer-invalid',
      `${url} answered ${response.status}, but not as an upload endpoint does`,
      {
        status: response.status,
        details: { endpoint: url },
        hint: 'Is the endpoint mounted at this address?',
      },
    );
  }

  async #fetch(url: string, signal: AbortSignal, init: RequestInit) {
    const timeout = new AbortController();
    const watchdog = new Watchdog(this.#wake, () => timeout.abort());
    watchdog.feed(new URL(url).pathname.endsWith('/complete') ? COMPLETE_TIMEOUT_MS : CALL_TIMEOUT_MS);
    try {
      const send = this.#options().dialect === 'companion' ? await loadCompanion() : fetch;
      const response = await send(url, { ...init, signal: AbortSignal.any([signal, timeout.signal]) });
      return { response, text: await response.text() };
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw new BucketDropError<TransferErrorCode>('endpoint-unreachable', `No answer from ${url}`, {
        cause,
        details: { endpoint: url },
        hint: 'Is the server running, and does it allow this page (CORS) if it is on another origin?',
      });
    } finally {
      watchdog.stop();
    }
  }
}

const loadCompanion = async () => (await import('./companion/fetchCompanion.ts')).fetchCompanion;

/** The address of one call: the endpoint's path with the call's name behind it; asked of one kind of upload, with that. */
export function callUrl(endpoint: string, call: string, kind?: string): string {
  const url = new URL(endpoint, globalThis.location?.href);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${call}`;
  if (kind !== undefined) url.searchParams.set('kind', kind);
  return url.href;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(response: Response, json: unknown, url: string): BucketDropError<TransferErrorCode> {
  const { status } = response;
  const told = v.safeParse(ErrorAnswer, json);
  const error = told.success ? told.output.error : undefined;
  const options = {
    status,
    details: { endpoint: url, status, ...(error && { reason: error.message }) },
    ...(error?.hint === undefined ? {} : { hint: error.hint }),
  };
  const message = error?.message ?? `${url} answered ${status}`;
  if (status >= 500 || status === 429) {
    const code = isEndpointErrorCode(error?.code)
      ? error.code
      : status === 429
        ? 'too-many-requests'
        : 'internal';
    const unavailable = new Unavailable(code, message, options);
    unavailable.retryAfterSeconds = readRetryAfter(response.headers);
    return unavailable;
  }
  if (isEndpointErrorCode(error?.code)) return new BucketDropError(error.code, message, options);
  const known = Object.hasOwn(CODE_BY_STATUS, status) ? CODE_BY_STATUS[status] : undefined;
  return new BucketDropError(known ?? 'endpoint-answer-invalid', message, options);
}

/** A date is one by the server's clock, which the answer tells, unless it is on another origin. */
function readRetryAfter(headers: Headers): number | undefined {
  const servedAtMs = Date.parse(headers.get('date') ?? '');
  return parseRetryAfter(headers.get('retry-after'), Number.isNaN(servedAtMs) ? Date.now() : servedAtMs);
}
