import type { ExplainedError } from './Call.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './corsHeaders.ts';
import { EndpointError } from './EndpointError.ts';
import { explainError } from './explainError.ts';
import { isForeignPage } from './isForeignPage.ts';
import { countOf, limitRate } from './limitRate.ts';
import type { Receipt } from './Receipt.ts';
import { readJson } from './readJson.ts';
import { redactSecrets } from './redactSecrets.ts';
import { resolveOptions } from './resolveOptions.ts';
import { findRoute } from './routes.ts';
import { Store } from './Store.ts';
import { Teller } from './Teller.ts';
import { Tokens } from './Tokens.ts';
import type { Authorize, EndpointUser, UploadEndpointOptions } from './UploadEndpointOptions.ts';

export interface UploadEndpoint {
  /**
   * Answers one request; routed by the last segment of its path, so that it mounts under any. Never rejects. Any
   * number of copies with the same options serve side by side: nothing is kept between calls.
   */
  handle: (request: Request) => Promise<Response>;
  /**
   * Opens a receipt that a browser handed to the site's server: proof that the endpoint saw this object in the bucket.
   *
   * @throws BucketDropError `ticket-invalid`
   */
  verifyReceipt: (receipt: string) => Promise<Receipt>;
}

const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * The server's side of BucketDrop: decides who may store what, and signs. Runs wherever there are `Request`,
 * `Response` and WebCrypto.
 *
 * @example
 * const endpoint = createUploadEndpoint({
 *   store: { bucket: 'uploads', region: 'eu-central-1', accessKeyId, secretAccessKey },
 *   secret: process.env.BUCKETDROP_SECRET,
 *   authorize: async (request) => userOf(request.headers.get('cookie')),
 *   uploads: { maxFileSizeBytes: 5_000_000_000, allowedTypes: ['image/*', '.pdf'] },
 * });
 * export const POST = endpoint.handle;
 *
 * @throws BucketDropError `endpoint-misconfigured`, with what to change
 */
export function createUploadEndpoint<User extends EndpointUser = EndpointUser>(
  options: UploadEndpointOptions<User>,
): UploadEndpoint {
  const resolved = resolveOptions(options);
  const { now, cors } = resolved;
  const store = new Store(resolved.store);
  const tokens = new Tokens(resolved.secrets, store.bucket, now);
  const teller = new Teller(resolved.completions);
  const log = redactSecrets(resolved.log, options);

  const routeOf = (request: Request) => findRoute(new URL(request.url), resolved.dialects);

  async function answer(request: Request, explain: (error: unknown) => ExplainedError): Promise<Response> {
    const route = routeOf(request);
    if (route === null) throw new EndpointError('not-found', 'there is no such call');
    const methods = route.calls.map(({ method }) => method).join(', ');
    if (cors !== null && isPreflight(request)) return answerPreflight(request, methods);
    const call = route.calls.find(({ method }) => method === request.method);
    if (call === undefined) {
      const error = new EndpointError('method-not-allowed', `this call takes ${methods}`);
      return errorAnswer(explain(error), { allow: cors === null ? methods : `${methods}, OPTIONS` });
    }
    if (isForeignPage(request, cors)) throw foreignPage();
    const input =
      call.method === 'POST'
        ? await readJson(request)
        : Object.fromEntries(new URL(request.url).searchParams);
    const run = call.prepare(input);
    const user = await authorize(resolved.authorize, request);
    await limitRate(resolved.rateLimit, { call: route.name, user, count: countOf(input), request });
    return json(await run<User>({ options: resolved, store, tokens, teller, user, explain }));
  }

  function answerPreflight(request: Request, methods: string): Response {
    const allowed = corsHeaders(cors, request.headers.get('origin'));
    if (cors === null || !Object.hasOwn(allowed, 'access-control-allow-origin')) {
      throw foreignPage();
    }
    return new Response(null, { status: 204, headers: { ...ALWAYS, ...preflightHeaders(cors, methods) } });
  }

  return {
    async handle(request) {
      const explain = explainOnce((error) => explainError(error, routeOf(request)?.name ?? '', log));
      let response: Response;
      try {
        response = await answer(request, explain);
      } catch (error) {
        response = errorAnswer(explain(error));
      }
      for (const [name, value] of Object.entries(corsHeaders(cors, request.headers.get('origin')))) {
        response.headers.set(name, value);
      }
      return response;
    },
    verifyReceipt: (receipt) => tokens.openReceipt(receipt),
  };
}

/** Asks the site who this is, and believes nothing but a proper answer. */
async function authorize<User extends EndpointUser>(
  ask: Authorize<User> | null,
  request: Request,
): Promise<User | null> {
  if (ask === null) return null;
  const user = await ask(request);
  if (user === null || user === undefined) {
    throw new EndpointError('unauthorized', 'the endpoint does not know who is asking', 'Sign in first.');
  }
  if (typeof user.id !== 'string' || user.id === '' || user.id.length > 256) {
    throw new TypeError('`authorize` has to give null or an object with `id`, a text of 1 to 256 characters');
  }
  return user;
}

function foreignPage(): EndpointError {
  return new EndpointError('forbidden', 'pages of this origin may not ask', 'Add it to `cors.origins`.');
}

/** The same error, met again on its way up, is logged once. */
function explainOnce(explain: (error: unknown) => ExplainedError): (error: unknown) => ExplainedError {
  const seen = new Map<unknown, ExplainedError>();
  return (error) => {
    const explained = seen.get(error) ?? explain(error);
    seen.set(error, explained);
    return explained;
  };
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...ALWAYS, ...headers },
  });
}

function errorAnswer(
  { status, body, retryAfterSeconds }: ExplainedError,
  headers: Record<string, string> = {},
): Response {
  const answer = json({ error: body }, status, headers);
  if (retryAfterSeconds !== undefined) answer.headers.set('retry-after', String(retryAfterSeconds));
  return answer;
}
