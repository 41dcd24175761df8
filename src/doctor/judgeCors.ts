/** What a browser is about to do on another origin. */
export interface CorsQuestion {
  origin: string;
  method: string;
  /** Names of the headers that need permission, in lower case. */
  headers: readonly string[];
}

type Headers = Pick<globalThis.Headers, 'get'>;

/** What a browser objects to first. */
export type CorsObjection =
  | { what: 'status' }
  | { what: 'origin' }
  | { what: 'method' }
  | { what: 'headers'; names: string[] };

/** Allowed without being listed. https://fetch.spec.whatwg.org/#cors-safelisted-method */
const SAFE_METHODS = ['GET', 'HEAD', 'POST'];

/** The items of a header that is a list. */
export function listOf(header: string | null): string[] {
  return (header ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/**
 * Whether a page may read an answer (of a request without cookies).
 * Source: https://fetch.spec.whatwg.org/#concept-cors-check
 */
export function allowsOrigin(headers: Headers, origin: string): boolean {
  const allowed = headers.get('access-control-allow-origin');
  return allowed === '*' || allowed === origin;
}

/** Whether a page may read this header of an answer that it may read. */
export function exposes(headers: Headers, name: string): boolean {
  return listOf(headers.get('access-control-expose-headers')).some(
    (item) => item === '*' || item.toLowerCase() === name.toLowerCase(),
  );
}

/**
 * What a browser objects to in the answer of a preflight.
 * Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
 */
export function judgePreflight(
  answer: { ok: boolean; headers: Headers },
  { origin, method, headers }: CorsQuestion,
): CorsObjection | undefined {
  if (!allowsOrigin(answer.headers, origin)) return { what: 'origin' };
  if (!answer.ok) return { what: 'status' };
  const methods = listOf(answer.headers.get('access-control-allow-methods'));
  if (!SAFE_METHODS.includes(method) && !methods.includes(method) && !methods.includes('*'))
    return { what: 'method' };
  const allowed = listOf(answer.headers.get('access-control-allow-headers')).map((name) =>
    name.toLowerCase(),
  );
  // the asterisk stands for all names but this one
  const names = headers.filter(
    (name) => !allowed.includes(name) && (name === 'authorization' || !allowed.includes('*')),
  );
  return names.length > 0 ? { what: 'headers', names } : undefined;
}
