import type { Operation } from './http/routeOperation.ts';

/**
 * What can be made to go wrong.
 * - `status-500`, `slow-down` (503), `expired-url` (403): that error instead of an answer, after `afterBytes` of the body if given.
 * - `denied`: 403, as if the key had no right to it.
 * - `reset-mid-body`: the connection is reset after `afterBytes` (default: half) of the body, or of a GET's answer.
 * - `stall`: as many bytes are taken, then none; for `delayMs`, or until the client gives up.
 * - `error-in-200`: a 200 whose XML is an `<Error>`; nothing is done.
 * - `lost-answer`: everything is done and stored, then the connection is reset in place of the answer.
 * - `hide-etag`: the answer has no `Access-Control-Expose-Headers`.
 * - `no-cors`: the answer has no CORS headers, and the preflight of such a request is refused.
 * - `delay`: `delayMs` go by first.
 *
 * A browser sends a request again by itself, unseen by the page, when a connection breaks that it has used before.
 * So that a planned break is seen, a request on such a connection is dropped without counting, and the break strikes
 * on the fresh one that follows.
 */
export type FaultKind = (typeof FAULT_KINDS)[number];

export const FAULT_KINDS = [
  'status-500',
  'slow-down',
  'expired-url',
  'denied',
  'reset-mid-body',
  'stall',
  'error-in-200',
  'lost-answer',
  'hide-etag',
  'no-cors',
  'delay',
] as const;

/** One thing to go wrong, and for which requests: what is left out fits every request. */
export interface FaultRule {
  readonly fault: FaultKind;
  readonly operation?: Operation;
  /** A part of the key. */
  readonly key?: string;
  readonly partNumber?: number;
  /** So many fitting requests pass unharmed first. Default 0. */
  readonly skip?: number;
  /** So many requests are hit, then no more. Default: every one. */
  readonly times?: number;
  /** Bytes of the body to take before it strikes. */
  readonly afterBytes?: number;
  readonly delayMs?: number;
}

export interface PlannedFault extends FaultRule {
  readonly id: number;
  /** Requests it has struck. */
  readonly fired: number;
}

/** What is known of a request before it is handled. */
export interface FaultSubject {
  readonly operation: Operation;
  /** For a preflight: what the browser is about to do. */
  readonly announced?: Operation;
  readonly key: string;
  readonly partNumber?: number | undefined;
  /** Whether the client would send it again by itself if the connection broke. */
  readonly resends?: boolean;
}

/** What goes wrong with one request: at most one breaking fault, beside those that only change the answer. */
export interface StruckFaults {
  readonly breaking?: PlannedFault;
  readonly delayMs: number;
  readonly hideExpose: boolean;
  readonly noCors: boolean;
  /** Break the connection at once: it will come again, and only then counts. */
  readonly drop: boolean;
  readonly kinds: readonly FaultKind[];
}

/** Nothing goes wrong. */
export const UNHARMED: StruckFaults = {
  delayMs: 0,
  hideExpose: false,
  noCors: false,
  drop: false,
  kinds: [],
};

interface Entry {
  readonly rule: FaultRule;
  readonly id: number;
  met: number;
  fired: number;
}

const BREAKS: ReadonlySet<FaultKind> = new Set(['reset-mid-body', 'lost-answer']);
const HARMLESS: ReadonlySet<FaultKind> = new Set(['hide-etag', 'no-cors', 'delay']);

/** The faults a test has asked for, and a count of those that struck. */
export class FaultPlan {
  #entries: Entry[] = [];
  #nextId = 1;
  readonly #fired = new Map<FaultKind, number>();
  /** Adds a rule; rules are tried in the order they were added. */
  add(rule: FaultRule): number {
    const id = this.#nextId++;
    this.#entries.push({ rule: { ...rule }, id, met: 0, fired: 0 });
    return id;
  }

  /** Takes a rule back; whether it was there. */
  remove(id: number): boolean {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
    return this.#entries.length < before;
  }

  /** Takes back all rules and forgets all counts. */
  clear(): void {
    this.#entries = [];
    this.#fired.clear();
  }

  list(): PlannedFault[] {
    return this.#entries.map(snapshot);
  }

  /** How many requests were struck: by one rule (its id), by one kind, or by any. */
  fired(which?: number | FaultKind): number {
    if (typeof which === 'number') return this.#entries.find((entry) => entry.id === which)?.fired ?? 0;
    if (which !== undefined) return this.#fired.get(which) ?? 0;
    return [...this.#fired.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Picks and counts what strikes this request. */
  strike(subject: FaultSubject): StruckFaults {
    const struck: PlannedFault[] = [];
    let broken = false;
    for (const entry of this.#entries) {
      const breaking = !HARMLESS.has(entry.rule.fault);
      if ((breaking && broken) || !fits(entry.rule, subject)) continue;
      if (isSpent(entry)) continue;
      if (subject.resends && BREAKS.has(entry.rule.fault)) return { ...UNHARMED, drop: true };
      entry.met++;
      if (entry.met <= (entry.rule.skip ?? 0)) continue;
      entry.fired++;
      this.#fired.set(entry.rule.fault, (this.#fired.get(entry.rule.fault) ?? 0) + 1);
      broken ||= breaking;
      struck.push(snapshot(entry));
    }
    const breaking = struck.find((fault) => !HARMLESS.has(fault.fault));
    return {
      ...(breaking && { breaking }),
      delayMs: struck.reduce((sum, { fault, delayMs }) => sum + (fault === 'delay' ? (delayMs ?? 0) : 0), 0),
      hideExpose: struck.some(({ fault }) => fault === 'hide-etag'),
      noCors: struck.some(({ fault }) => fault === 'no-cors'),
      drop: false,
      kinds: struck.map(({ fault }) => fault),
    };
  }
}

function fits(rule: FaultRule, subject: FaultSubject): boolean {
  if (subject.operation === 'Preflight' && rule.operation !== 'Preflight') {
    // Of the faults of another request only this one shows in its preflight already.
    if (rule.fault !== 'no-cors') return false;
    if (rule.operation !== undefined && rule.operation !== subject.announced) return false;
  } else if (rule.operation !== undefined && rule.operation !== subject.operation) return false;
  if (rule.key !== undefined && !subject.key.includes(rule.key)) return false;
  return rule.partNumber === undefined || rule.partNumber === subject.partNumber;
}

function isSpent({ rule, fired }: Entry): boolean {
  return fired >= (rule.times ?? Number.POSITIVE_INFINITY);
}

function snapshot(entry: Entry): PlannedFault {
  return { ...entry.rule, id: entry.id, fired: entry.fired };
}
