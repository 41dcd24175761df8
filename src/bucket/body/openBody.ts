import type { IncomingMessage } from 'node:http';
import { ConnectionLost } from '../faults/ConnectionLost.ts';
import type { Throttle } from '../faults/Throttle.ts';
import { S3Error } from '../S3Error.ts';

/** A sender that is silent for so long gets S3's RequestTimeout. */
const IDLE_MS = 30_000;

/**
 * The bytes of a request's body as they come. Ending early leaves the connection open for the answer.
 * @throws ConnectionLost when the client goes away, S3Error RequestTimeout when it falls silent.
 */
export async function* openBody(
  incoming: IncomingMessage,
  throttle: Throttle,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  const chunks = incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  // Time that passes while this side holds the line (throttle, fault, disk) is not the sender's silence.
  let onIdle: (() => void) | undefined;
  const timer = setTimeout(() => onIdle?.(), IDLE_MS);
  // No Promise.race with one promise for all chunks: that would keep every chunk until the end.
  const next = () =>
    new Promise<IteratorResult<Buffer>>((resolve, reject) => {
      onIdle = () => reject(new S3Error('RequestTimeout'));
      timer.refresh();
      chunks.next().then(resolve, reject);
    });
  try {
    for (let step = await next(); !step.done; step = await next()) {
      onIdle = undefined;
      const chunk = step.value;
      onBytes(chunk.length);
      await throttle.take(chunk.length, incoming.socket);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof S3Error || error instanceof ConnectionLost) throw error;
    throw new ConnectionLost('in the middle of a body', { cause: error });
  } finally {
    clearTimeout(timer);
    // Takes its listener off, or what is left of the body could not be drained. Not awaited: it may still wait for bytes.
    chunks.return?.().catch(() => undefined);
  }
}
