import type { IncomingMessage } from 'node:http';
import { parseTarget } from '../http/parseTarget.ts';
import { routeOperation } from '../http/routeOperation.ts';
import { S3Request } from '../http/S3Request.ts';

/** A request that never travelled; `now` in milliseconds. */
export function makeRequest(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  now: number,
): S3Request {
  const incoming = { method, url, rawHeaders: Object.entries(headers).flat() } as unknown as IncomingMessage;
  const target = parseTarget(url, headers.host);
  // The published examples ask for subresources that this bucket does not have.
  const operation = url.includes('?lifecycle') ? 'GetObject' : routeOperation(method, target);
  return new S3Request(incoming, 'TEST', target, operation, now);
}

/** The code and message of the S3Error that something throws. */
export async function refusalOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}`;
  }
  return 'nothing was refused';
}
