import type { UploadEndpoint } from '../createUploadEndpoint.ts';
import { MAX_BODY_BYTES } from '../readJson.ts';

const DISCARD_TIMEOUT_MS = 2_000;
const DISCARD_MAX_BYTES = 8 * MAX_BODY_BYTES;

/**
 * The endpoint as a Cloudflare Worker, made from the Worker's variables and secrets when the first request comes.
 *
 * @example
 * export default toWorkersHandler((env) => createUploadEndpoint(fromEnv(env, { authorize })));
 */
export function toWorkersHandler<Env extends object>(
  create: (env: Env) => Pick<UploadEndpoint, 'handle'>,
): { fetch(request: Request, env: Env): Promise<Response> } {
  const endpoints = new WeakMap<Env, Pick<UploadEndpoint, 'handle'>>();
  return {
    async fetch(request, env) {
      const endpoint = endpoints.get(env) ?? create(env);
      endpoints.set(env, endpoint);
      const response = await endpoint.handle(request);
      // workerd resets the connection of a caller that is still sending, and with it takes the answer away.
      if (request.body !== null && !request.bodyUsed) await discard(request.body);
      return response;
    },
  };
}

/** Lets a caller finish sending what nobody reads, within reason. */
async function discard(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  const timer = setTimeout(() => reader.cancel().catch(() => {}), DISCARD_TIMEOUT_MS);
  try {
    for (let size = 0; size < DISCARD_MAX_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      size += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The caller hung up, or the time is over.
  } finally {
    clearTimeout(timer);
  }
}
