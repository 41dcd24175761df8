import type { UploadEndpoint } from '../createUploadEndpoint.ts';

/** As much of Hono's context as is used, so that its types need not be there. */
export interface HonoContext {
  req: { raw: Request; text(): Promise<string> };
}

/**
 * The endpoint as a handler for Hono, before or behind a middleware that has read the body.
 *
 * @example
 * app.all('/api/uploads/*', toHonoHandler(endpoint));
 */
export function toHonoHandler(
  endpoint: Pick<UploadEndpoint, 'handle'>,
): (context: HonoContext) => Promise<Response> {
  return async ({ req }) => {
    const { raw } = req;
    if (!raw.bodyUsed) return endpoint.handle(raw);
    // Hono keeps what it has read.
    const { method, headers, url } = raw;
    return endpoint.handle(new Request(url, { method, headers, body: await req.text() }));
  };
}
