import type { UploadEndpoint } from '../createUploadEndpoint.ts';

type Handle = UploadEndpoint['handle'];
type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/**
 * The endpoint as a route handler of Next.js's App Router, in a catch-all segment: `app/api/uploads/[...call]/route.ts`.
 * Given as a function, the endpoint is made with the first request: `next build` runs the file, too, and there may be no
 * secrets then.
 *
 * @example
 * export const { GET, POST, OPTIONS } = toNextHandlers(() => createUploadEndpoint(fromEnv(process.env, { authorize })));
 */
export function toNextHandlers(
  endpoint: Pick<UploadEndpoint, 'handle'> | (() => Pick<UploadEndpoint, 'handle'>),
): Record<Method, Handle> {
  let made = typeof endpoint === 'function' ? null : endpoint;
  const handle: Handle = async (request) => {
    made ??= (endpoint as () => Pick<UploadEndpoint, 'handle'>)();
    return made.handle(request);
  };
  return {
    GET: handle,
    HEAD: handle,
    POST: handle,
    PUT: handle,
    PATCH: handle,
    DELETE: handle,
    OPTIONS: handle,
  };
}
