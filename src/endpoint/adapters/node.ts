import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UploadEndpoint } from '../createUploadEndpoint.ts';
import { drain, isUnread } from './drain.ts';
import { toRequest } from './nodeRequest.ts';
import { nothingToAnswer } from './nothingToAnswer.ts';

/**
 * Mounts the endpoint in Node's `http`, or as a middleware in Express, Connect or Vite, before or behind a parser of
 * bodies. In Express, the request's URL is as `trust proxy` says.
 *
 * @example
 * createServer(toNodeListener(endpoint)).listen(3000);
 * app.use('/api/uploads', toNodeListener(endpoint)); // Express
 */
export function toNodeListener(
  endpoint: Pick<UploadEndpoint, 'handle'>,
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    serve(endpoint, req, res).catch(() => res.destroy());
  };
}

async function serve(
  endpoint: Pick<UploadEndpoint, 'handle'>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  // A caller that hangs up is no news, and without a listener it would be an exception.
  res.on('error', () => {});
  const request = toRequest(req);
  const response = request === null ? nothingToAnswer() : await endpoint.handle(request);
  const body = new Uint8Array(await response.arrayBuffer());
  if (res.destroyed) return;
  response.headers.forEach((value, name) => {
    // A site's own middleware may have said some already.
    if (name === 'set-cookie' || name === 'vary') res.appendHeader(name, value);
    else res.setHeader(name, value);
  });
  if (response.status !== 204) res.setHeader('content-length', body.byteLength);
  const unread = isUnread(req);
  if (unread) res.setHeader('connection', 'close');
  res.writeHead(response.status);
  if (body.byteLength > 0) res.write(body);
  if (unread) await drain(req);
  res.end();
}
