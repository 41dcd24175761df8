import { Transfer } from '../Transfer.ts';
import type { TransferOptions } from '../TransferOptions.ts';

/** Three attempts at everything, soon after each other. */
export const quick = { attempts: 3, minDelayMs: 1, maxDelayMs: 2, outageLimitMs: 0 };

/** A transfer with the world that is installed. */
export function startTransfer(options: Partial<TransferOptions> = {}): Transfer {
  return new Transfer({ endpoint: '/api/uploads', retry: quick, ...options });
}
