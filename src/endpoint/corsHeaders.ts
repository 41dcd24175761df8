import type { CorsOptions } from './UploadEndpointOptions.ts';

const ALWAYS_ALLOWED = ['content-type', 'authorization'];
/** Without it, a page of another origin cannot read when to ask again. */
const EXPOSED = { 'access-control-expose-headers': 'Retry-After' };
const DEFAULT_MAX_AGE_SECONDS = 7200;

/** Headers that let a page of this origin read an answer; none if it may not. */
export function corsHeaders(cors: CorsOptions | null, origin: string | null): Record<string, string> {
  if (cors === null) return {};
  if (cors.origins === '*') return { 'access-control-allow-origin': '*', ...EXPOSED };
  // Said to everybody: a cache must not give one origin's answer to another.
  if (origin === null || !cors.origins.includes(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    ...EXPOSED,
    ...(cors.credentials === true ? { 'access-control-allow-credentials': 'true' } : {}),
  };
}

/** True for the question that browsers ask before a request to another origin. */
export function isPreflight(request: Request): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.headers.has('origin') &&
    request.headers.has('access-control-request-method')
  );
}

/** What a preflight from an allowed origin is told, besides `corsHeaders`. */
export function preflightHeaders(cors: CorsOptions, methods: string): Record<string, string> {
  return {
    'access-control-allow-methods': methods,
    'access-control-allow-headers': [...ALWAYS_ALLOWED, ...(cors.allowHeaders ?? [])].join(', '),
    'access-control-max-age': String(cors.maxAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS),
  };
}
