import type { FaultKind } from './FaultPlan.ts';
import type { Operation } from './http/routeOperation.ts';

/** One request as it went. */
export interface RequestLogEntry {
  readonly id: string;
  readonly method: string;
  bucket: string;
  key: string;
  operation?: Operation;
  partNumber?: number;
  /** 0 while it runs, and for good if the connection went away before the answer. */
  status: number;
  /** S3's code of an error answer. */
  errorCode?: string;
  /** What went wrong inside this bucket, for a 500 that nobody asked for. */
  failure?: string;
  /** Bytes of the body that were taken in, as they were on the wire. */
  bytesIn: number;
  bytesOut: number;
  readonly origin?: string;
  readonly userAgent?: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  durationMs?: number;
  faults?: readonly FaultKind[];
  /** Broken off before it was looked at, since the browser sends it again; not counted. */
  dropped?: true;
}

/** Counts since the start, or since they were last reset. */
export interface BucketStats {
  readonly requests: number;
  readonly preflights: number;
  readonly inFlight: number;
  /** Most requests, without preflights, that were under way at once. */
  readonly peakInFlight: number;
  readonly connections: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly faultsFired: number;
  /** Requests by operation. */
  readonly operations: Readonly<Partial<Record<Operation, number>>>;
  /** Requests by status; 0 is a connection that was lost. */
  readonly statuses: Readonly<Record<number, number>>;
}

const LIMIT = 20_000;

/** Remembers the last requests and counts all of them. */
export class RequestLog {
  /** The oldest first; the same array all the time. */
  readonly entries: RequestLogEntry[] = [];
  #running = new Set<RequestLogEntry>();
  #requests = 0;
  #preflights = 0;
  #peak = 0;
  #connections = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #operations: Partial<Record<Operation, number>> = {};
  #statuses: Record<number, number> = {};

  connected(): void {
    this.#connections++;
  }

  begin(entry: RequestLogEntry): void {
    this.entries.push(entry);
    if (this.entries.length > LIMIT) this.entries.shift();
    if (entry.method === 'OPTIONS') {
      this.#preflights++;
      return;
    }
    this.#requests++;
    this.#running.add(entry);
    this.#peak = Math.max(this.#peak, this.#running.size);
  }

  /** Counts a request as under way no more: it hangs for good, and its client may be gone without a sign. */
  setAside(entry: RequestLogEntry): void {
    this.#running.delete(entry);
  }

  end(entry: RequestLogEntry): void {
    this.#running.delete(entry);
    if (entry.dropped) {
      this.#requests--;
      return;
    }
    this.#bytesIn += entry.bytesIn;
    this.#bytesOut += entry.bytesOut;
    this.#statuses[entry.status] = (this.#statuses[entry.status] ?? 0) + 1;
    const { operation } = entry;
    if (operation !== undefined) this.#operations[operation] = (this.#operations[operation] ?? 0) + 1;
  }

  stats(faultsFired: number): BucketStats {
    return {
      requests: this.#requests,
      preflights: this.#preflights,
      inFlight: this.#running.size,
      peakInFlight: this.#peak,
      connections: this.#connections,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      faultsFired,
      operations: { ...this.#operations },
      statuses: { ...this.#statuses },
    };
  }

  /** Forgets all entries and counts; requests under way still count as in flight. */
  reset(): void {
    this.entries.length = 0;
    this.#requests = 0;
    this.#preflights = 0;
    this.#peak = this.#running.size;
    this.#connections = 0;
    this.#bytesIn = 0;
    this.#bytesOut = 0;
    this.#operations = {};
    this.#statuses = {};
  }
}
