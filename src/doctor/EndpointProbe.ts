import * as v from 'valibot';
import { ErrorAnswer } from '../protocol/messages.ts';
import { type Answer, ask } from './ask.ts';
import type { Finding } from './Report.ts';

/** The endpoint did not answer as it should; says why. */
export class EndpointFault extends Error {
  override readonly name = 'EndpointFault';
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.message);
    this.finding = finding;
  }
}

/** Calls an upload endpoint with a page's origin. */
export class EndpointProbe {
  readonly url: URL;
  readonly origin: string;
  /** The kind of upload that is tried, where the endpoint names kinds. */
  readonly kind: string | undefined;
  readonly #headers: Readonly<Record<string, string>>;
  #isPage = true;

  /** @param headers what the page sends along, such as `authorization` */
  constructor(
    url: string,
    origin: string | undefined,
    headers: Readonly<Record<string, string>>,
    kind?: string,
  ) {
    this.url = new URL(url);
    this.origin = origin ?? this.url.origin;
    this.#headers = headers;
    this.kind = kind;
  }

  get isCrossOrigin(): boolean {
    return this.origin !== this.url.origin;
  }

  /** What a browser asks permission for. */
  get headerNames(): string[] {
    return ['content-type', ...Object.keys(this.#headers).map((name) => name.toLowerCase())];
  }

  /** An endpoint refuses pages that it does not know, and tells a server all the same. */
  beNoPage(): void {
    this.#isPage = false;
  }

  urlOf(call: string): string {
    const url = new URL(this.url);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${call}`;
    if (call === 'config' && this.kind !== undefined) url.searchParams.set('kind', this.kind);
    return url.href;
  }

  /** @throws Unreached */
  send(call: string, body?: unknown): Promise<Answer> {
    const page: Record<string, string> = this.#isPage ? { origin: this.origin } : {};
    const headers = { ...this.#headers, ...page, accept: 'application/json' };
    if (body === undefined) return ask(this.urlOf(call), { headers });
    return ask(this.urlOf(call), {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /**
   * The answer, in the protocol's form.
   *
   * @throws Unreached, EndpointFault
   */
  async call<Output>(
    call: string,
    schema: v.GenericSchema<unknown, Output>,
    body?: unknown,
  ): Promise<Output> {
    return readAnswer(await this.send(call, body), schema);
  }
}

/** @throws EndpointFault */
export function readAnswer<Output>(answer: Answer, schema: v.GenericSchema<unknown, Output>): Output {
  let json: unknown;
  try {
    json = JSON.parse(answer.body);
  } catch {
    json = undefined;
  }
  const { status } = answer;
  const path = new URL(answer.url).pathname;
  if (status === 401 || status === 403)
    throw new EndpointFault({
      cause: 'endpoint-unauthorized',
      message: `The endpoint lets nobody in without a proof of who asks: ${status} ${sentence(json)}`.trim(),
      fixes: [{ say: 'Say who asks as your page does:', paste: "--header 'authorization: Bearer …'" }],
    });
  const checked = v.safeParse(schema, json);
  if (answer.ok && checked.success) return checked.output;
  if (v.is(ErrorAnswer, json)) throw new EndpointFault(explainEndpointError(json.error));
  throw new EndpointFault({
    cause: 'endpoint-answer-invalid',
    message: `${path} answered ${status}, but not as an upload endpoint does.`,
    fixes: [
      { say: 'Is the endpoint mounted at this address, and is nothing (a login page, a CDN) before it?' },
    ],
  });
}

function sentence(json: unknown): string {
  return v.is(ErrorAnswer, json) ? json.error.message : '';
}

/** The endpoint names S3's own word for a refusal at the end of its sentence. */
const CAUSES: Readonly<Record<string, Finding['cause']>> = {
  AccessDenied: 'denied',
  Forbidden: 'denied',
  403: 'denied',
  AuthorizationHeaderMalformed: 'wrong-region',
  PermanentRedirect: 'wrong-region',
  301: 'wrong-region',
  ExpiredToken: 'wrong-token',
  InvalidToken: 'wrong-token',
  InvalidAccessKeyId: 'wrong-key',
  NoSuchBucket: 'bucket-missing',
  RequestTimeTooSkewed: 'clock',
  SignatureDoesNotMatch: 'wrong-secret',
};

/** An error that the endpoint tells of its store, or of the test file. */
export function explainEndpointError(error: {
  code: string;
  message: string;
  hint?: string | undefined;
}): Finding {
  const word = /\((\w+)\)$/.exec(error.message)?.[1] ?? '';
  const named = Object.hasOwn(CAUSES, word) ? CAUSES[word] : undefined;
  const cause =
    error.code === 'store-unavailable'
      ? 'store-unreachable'
      : error.code === 'store-refused'
        ? (named ?? 'store-refused')
        : 'endpoint-refused';
  return {
    cause,
    message: `The endpoint says: ${error.message}.`,
    ...(error.code === 'kind-unknown'
      ? { fixes: [{ say: 'Say which kind of upload shall be tried:', paste: '--kind avatar' }] }
      : error.hint === undefined
        ? {}
        : { fixes: [{ say: error.hint }] }),
  };
}
