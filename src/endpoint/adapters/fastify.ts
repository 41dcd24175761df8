import type { IncomingMessage } from 'node:http';
import type { UploadEndpoint } from '../createUploadEndpoint.ts';
import { drain, isUnread } from './drain.ts';
import { toRequest } from './nodeRequest.ts';
import { nothingToAnswer } from './nothingToAnswer.ts';

interface Asked {
  raw: IncomingMessage;
  originalUrl: string;
  protocol: string;
  host: string;
}
interface Reply {
  header(name: string, value: string): unknown;
}
type BodyParser = (request: unknown, body: unknown, done: (error: null) => void) => void;

/** As much of Fastify 5 as is used, so that its types need not be there. */
export interface FastifyScope {
  removeAllContentTypeParsers(): void;
  addContentTypeParser(type: string, parse: BodyParser): unknown;
  all(path: string, handle: (request: Asked, reply: Reply) => Promise<Response>): unknown;
}

/**
 * The endpoint as a plugin for Fastify. In its own scope no body is parsed, so that Fastify's `bodyLimit` and parsers
 * stay as they are for the rest of the site. The request's URL is as `trustProxy` says.
 *
 * @example
 * fastify.register(toFastifyPlugin(endpoint), { prefix: '/api/uploads' });
 */
export function toFastifyPlugin(
  endpoint: Pick<UploadEndpoint, 'handle'>,
): (fastify: FastifyScope) => Promise<void> {
  return async (fastify) => {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, _body, done) => done(null));
    fastify.all('/*', async (asked, reply) => {
      const request = toRequest(asked.raw, asked);
      const response = request === null ? nothingToAnswer() : await endpoint.handle(request);
      if (!isUnread(asked.raw)) return response;
      reply.header('connection', 'close');
      return endingWith(response, () => drain(asked.raw));
    });
  };
}

/** The same answer, whose end is held back. */
async function endingWith(response: Response, last: () => Promise<void>): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes),
    async pull(controller) {
      await last();
      controller.close();
    },
  });
  const headers = new Headers(response.headers);
  headers.set('content-length', String(bytes.byteLength));
  return new Response(body, { status: response.status, headers });
}
