import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError, Exchange } from './Exchange.ts';
import { ConnectionLost } from './faults/ConnectionLost.ts';
import type { RequestLogEntry } from './RequestLog.ts';
import type { Services } from './Services.ts';

/** One request from its head to its answer; never rejects. */
export async function handleRequest(
  services: Services,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const entry = newEntry(services, incoming);
  const started = performance.now();
  services.log.begin(entry);
  // A connection that breaks is noticed where it is used; this only keeps it from ending the process.
  incoming.on('error', () => undefined);
  response.on('error', () => undefined);
  try {
    await new Exchange(services, incoming, response, entry).run();
  } catch (error) {
    if (!(error instanceof ConnectionLost)) entry.failure = describeError(error);
    entry.status = 0;
    response.destroy();
  } finally {
    entry.durationMs = performance.now() - started;
    services.log.end(entry);
  }
}

function newEntry({ now }: Services, { method = 'GET', headers }: IncomingMessage): RequestLogEntry {
  const agent = headers['user-agent'];
  return {
    id: randomBytes(8).toString('hex').toUpperCase(),
    method,
    bucket: '',
    key: '',
    status: 0,
    bytesIn: 0,
    bytesOut: 0,
    startedAt: now(),
    ...(headers.origin !== undefined && { origin: headers.origin }),
    ...(agent !== undefined && { userAgent: agent }),
  };
}
