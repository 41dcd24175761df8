import type { CorsOptions } from './UploadEndpointOptions.ts';

/**
 * True if a page asks that may not: of another origin than the endpoint's, and not among those that `cors` lets in. Who
 * names no origin is no page of another one. Proxies change the scheme, so the host alone is compared; behind one that
 * changes the host as well, the browser's own word counts. No page can forge any of these headers.
 */
export function isForeignPage(request: Request, cors: CorsOptions | null): boolean {
  const origin = request.headers.get('origin');
  if (origin === null) return false;
  if (cors !== null && (cors.origins === '*' || cors.origins.includes(origin))) return false;
  if (request.headers.get('sec-fetch-site') === 'same-origin') return false;
  const forwarded = request.headers.get('x-forwarded-host')?.split(',', 1)[0]?.trim();
  const hosts = [new URL(request.url).host, request.headers.get('host'), forwarded];
  return !URL.canParse(origin) || !hosts.includes(new URL(origin).host);
}
