import * as v from 'valibot';
import type { EndpointErrorCode } from '../../protocol/errorCodes.ts';
import type { ErrorBody } from '../../protocol/messages.ts';

const CODES: Readonly<Record<string, EndpointErrorCode>> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  413: 'body-too-large',
  429: 'too-many-requests',
  502: 'store-unavailable',
  503: 'store-unavailable',
  504: 'store-unavailable',
};
/** From its own code, from its standalone server, and from Express. */
const Told = v.union([v.object({ error: v.string() }), v.object({ message: v.string() })]);

/** An answer that is none, in the words of an endpoint. */
export class CompanionFailure extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, message: string, code?: EndpointErrorCode) {
    super(message);
    this.name = 'CompanionFailure';
    this.status = status;
    const byStatus = Object.hasOwn(CODES, status) ? CODES[status] : undefined;
    this.body = { code: code ?? byStatus ?? 'internal', message };
  }
}

/** A Companion and the page's own way of asking it: cookies, headers, the signal that ends it. */
export class CompanionServer {
  readonly #base: URL;
  readonly #init: RequestInit;

  /**
   * @param url of a call of the protocol: Companion's address with one more segment
   * @param init what that call was to be sent with
   */
  constructor(url: string, init: RequestInit) {
    this.#base = new URL(url);
    this.#base.pathname = this.#base.pathname.replace(/[^/]*$/, 's3');
    this.#init = init;
  }

  /**
   * @param path below `/s3`, its segments encoded
   * @throws CompanionFailure; TypeError as `fetch` does
   */
  async ask<Output>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    query: Readonly<Record<string, string>>,
    answer: v.GenericSchema<unknown, Output>,
    body?: unknown,
  ): Promise<Output> {
    const url = new URL(this.#base);
    url.pathname += path;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const { body: _, headers, ...rest } = this.#init;
    const own = new Headers(headers);
    own.delete('content-type');
    if (body !== undefined) own.set('content-type', 'application/json');
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(url, { ...rest, method, headers: own, ...sent });
    const json: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw failureOf(response.status, json);
    const checked = v.safeParse(answer, json);
    if (checked.success) return checked.output;
    throw new CompanionFailure(502, 'the server does not answer as Companion does', 'not-found');
  }
}

function failureOf(status: number, json: unknown): CompanionFailure {
  const told = v.safeParse(Told, json);
  const text = told.success ? Object.values(told.output)[0] : undefined;
  return new CompanionFailure(status, text ?? `Companion answered ${status}`);
}
