import type { Socket } from 'node:net';
import type { PlannedFault } from '../FaultPlan.ts';
import { S3Error } from '../S3Error.ts';
import { ConnectionLost } from './ConnectionLost.ts';
import { pause } from './pause.ts';

/**
 * Lets a breaking fault happen to a connection; returns only from a stall that ends (`delayMs`).
 * @throws S3Error, or ConnectionLost once the connection is gone.
 */
export async function tripFault(fault: PlannedFault, socket: Socket): Promise<void> {
  switch (fault.fault) {
    case 'status-500':
      throw new S3Error('InternalError');
    case 'slow-down':
      throw new S3Error('SlowDown');
    case 'expired-url':
      throw new S3Error('AccessDenied', 'Request has expired');
    case 'denied':
      throw new S3Error('AccessDenied');
    case 'stall':
      return pause(fault.delayMs ?? Number.POSITIVE_INFINITY, socket);
    case 'reset-mid-body':
    case 'lost-answer':
      socket.resetAndDestroy();
      throw new ConnectionLost(fault.fault);
    default:
      return;
  }
}

/** Whether the fault strikes in the middle of a body. */
export function strikesInBody(fault: PlannedFault): boolean {
  if (fault.fault === 'reset-mid-body' || fault.fault === 'stall') return true;
  const refuses =
    fault.fault === 'status-500' || fault.fault === 'slow-down' || fault.fault === 'expired-url';
  return refuses && fault.afterBytes !== undefined;
}

/** Passes a body on and lets the fault happen after its bytes, at the latest when the body ends. */
export async function* breakBody(
  body: AsyncIterable<Buffer>,
  fault: PlannedFault,
  length: number | undefined,
  socket: Socket,
): AsyncGenerator<Buffer> {
  const at = fault.afterBytes ?? Math.floor((length ?? 0) / 2);
  let seen = 0;
  let struck = false;
  for await (const chunk of body) {
    if (struck || seen + chunk.length < at) {
      seen += chunk.length;
      yield chunk;
      continue;
    }
    struck = true;
    yield chunk.subarray(0, at - seen);
    await tripFault(fault, socket);
    seen += chunk.length;
    yield chunk.subarray(chunk.length - (seen - at));
  }
  if (!struck) await tripFault(fault, socket);
}
