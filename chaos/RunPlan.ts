import type { GateFault } from '../e2e/support/EndpointGate.ts';
import type { LineFault, LineOperation } from '../e2e/support/LineFault.ts';

export type StoreKind = 'local' | 'ceph';

export const CHAOS_FACES = ['react', 'element', 'uppy'] as const;

/** Strikes the n-th request of its kind, counted from 1 over the whole run. */
export type RequestFault =
  | { side: 'bucket'; operation: LineOperation; nth: number; fault: LineFault }
  | { side: 'endpoint'; call: string; nth: number; fault: GateFault };

/** Something that lasts, or strikes everything at once. It begins when so much of the run is done, 0 to 1. */
export type Spell = { at: number } & (
  | { kind: 'offline'; ms: number }
  | { kind: 'bucket-down'; ms: number }
  | { kind: 'endpoint-down'; ms: number }
  | { kind: 'slow-line'; ms: number }
  | { kind: 'pause'; ms: number }
  /** `edits`: meanwhile the files became others of the same name, size and date. */
  | { kind: 'reload'; edits: boolean }
  | { kind: 'kill-browser' }
  | { kind: 'restart-endpoint' }
  /** radosgw itself, killed and started again: a real store that crashes. */
  | { kind: 'kill-store' }
);

/** All that is random in one run. */
export interface RunPlan {
  seed: number;
  face: (typeof CHAOS_FACES)[number];
  autoUpload: boolean;
  /** The page keeps copies of small files, and what it says of them after a reload is clicked. */
  keepsCopies: boolean;
  files: { name: string; sizeBytes: number }[];
  policy: { singleRequestMaxBytes?: number; partSizeBytes?: number; urlExpiresInSeconds?: number };
  /** By how much each one's clock is wrong. */
  clocks: { endpointMs: number; bucketMs: number; browserMs: number };
  /** How long the bytes would take if nothing went wrong. */
  lineMs: number;
  requestFaults: RequestFault[];
  spells: Spell[];
  /** When all is over, one more file is begun and given up: by removing it, or by discarding what a reload left. */
  givesUp: 'removes' | 'discards' | undefined;
  /** How often "Try again" may be pressed. */
  mostRetries: number;
}
