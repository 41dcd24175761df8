import type { Identity } from './auth/Credentials.ts';
import type { FaultPlan } from './FaultPlan.ts';
import type { Throttle } from './faults/Throttle.ts';
import type { RequestLog } from './RequestLog.ts';
import type { Store } from './storage/Store.ts';

/** What all requests share. */
export interface Services {
  readonly store: Store;
  readonly identity: Identity;
  readonly minPartBytes: number;
  readonly faults: FaultPlan;
  readonly throttle: Throttle;
  readonly log: RequestLog;
  readonly now: () => number;
}
