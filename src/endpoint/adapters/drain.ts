import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES } from '../readJson.ts';

const DRAIN_TIMEOUT_MS = 2_000;
const DRAIN_MAX_BYTES = 8 * MAX_BODY_BYTES;

/** True while a caller may still be sending what nobody is going to read. */
export function isUnread(req: IncomingMessage): boolean {
  const isEmpty =
    req.headers['transfer-encoding'] === undefined && Number(req.headers['content-length'] ?? 0) === 0;
  return !req.readableEnded && !isEmpty;
}

/**
 * Lets a caller finish sending what nobody reads, within reason: closing before would reset the connection, and with it
 * take the answer away.
 */
export function drain(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let size = 0;
    const stop = () => {
      clearTimeout(timer);
      req.off('data', count);
      resolve();
    };
    const count = (chunk: Uint8Array) => {
      size += chunk.byteLength;
      if (size > DRAIN_MAX_BYTES) stop();
    };
    const timer = setTimeout(stop, DRAIN_TIMEOUT_MS);
    if (req.closed) return stop();
    // Whoever read it before would pause it again.
    req.removeAllListeners('data').on('data', count).on('end', stop).on('close', stop).resume();
  });
}
