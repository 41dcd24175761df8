import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { GateFault } from '../e2e/support/EndpointGate.ts';
import type { LineFault, LineOperation } from '../e2e/support/LineFault.ts';
import type { RunLog } from './RunLog.ts';
import type { RequestFault } from './RunPlan.ts';

type BucketFault = Extract<RequestFault, { side: 'bucket' }>;

const SIGNATURE_CLOCK_MS = 1_100;

/** Lets the planned faults strike: each the n-th request of its kind. Counts those that did. */
export class RequestFaults {
  /** How often each kind has struck. */
  readonly struck = new Map<string, number>();
  readonly #planned: Set<RequestFault>;
  readonly #seen = new Map<string, number>();
  readonly #used = new WeakSet<Socket>();
  /** What was said of these URLs is said for good: only another signature helps. */
  readonly #refused = new Map<string, LineFault>();
  readonly #log: RunLog;

  constructor(planned: readonly RequestFault[], log: RunLog) {
    this.#planned = new Set(planned);
    this.#log = log;
  }

  /** How many calls of this kind the endpoint has had. */
  callsOf(call: string): number {
    return this.#seen.get(`endpoint ${call}`) ?? 0;
  }

  readonly onLine = (operation: LineOperation, request: IncomingMessage): LineFault | undefined => {
    const nth = this.#count(`bucket ${operation}`);
    const part = /partNumber=(\d+)/.exec(request.url ?? '')?.[1];
    this.#log.note('bucket  ', operation, part ?? '', `#${nth}`, request.headers['content-length'] ?? '');
    const refused = this.#refused.get(request.url ?? '');
    if (refused && operation !== 'preflight') return refused;
    const used = this.#used.has(request.socket);
    this.#used.add(request.socket);
    const planned = this.#find(
      (fault): fault is BucketFault =>
        fault.side === 'bucket' && fault.operation === operation && fault.nth <= nth,
    );
    if (!planned) return undefined;
    const { fault } = planned;
    const breaks = fault.kind === 'reset' || fault.kind === 'lost-answer';
    if (breaks && used && request.headers.origin !== undefined) {
      // The browser sends what breaks on a connection that has served it before once more by itself, unseen by the
      // page: so this one only breaks, and the fault strikes on the fresh one.
      return { kind: 'reset', at: 0 };
    }
    this.#strike(planned, nameOf(fault, operation));
    // a form's signature stands in its body
    if (fault.kind !== 'answer' || fault.status !== 403 || request.method !== 'PUT') return fault;
    this.#refused.set(request.url ?? '', fault);
    // signed again within the same second, it would be the same URL
    return { ...fault, ms: SIGNATURE_CLOCK_MS };
  };

  readonly onGate = (call: string): GateFault | undefined => {
    const nth = this.#count(`endpoint ${call}`);
    this.#log.note('endpoint', call, `#${nth}`);
    const planned = this.#find(
      (fault): fault is Extract<RequestFault, { side: 'endpoint' }> =>
        fault.side === 'endpoint' && fault.call === call && fault.nth <= nth,
    );
    if (planned) this.#strike(planned, `endpoint: ${nameOf(planned.fault, call)}`);
    return planned?.fault;
  };

  /** Something struck that is no single request. */
  count(kind: string): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1);
  }

  #find<Found extends RequestFault>(fits: (fault: RequestFault) => fault is Found): Found | undefined {
    for (const fault of this.#planned) if (fits(fault)) return fault;
    return undefined;
  }

  #strike(planned: RequestFault, name: string): void {
    this.#planned.delete(planned);
    this.#log.note('FAULT   ', name, planned);
    this.count(name);
  }

  #count(what: string): number {
    const nth = (this.#seen.get(what) ?? 0) + 1;
    this.#seen.set(what, nth);
    return nth;
  }
}

/** @param what it struck; told where it matters most */
function nameOf(fault: LineFault | GateFault, what: string): string {
  switch (fault.kind) {
    case 'answer':
      if (!('code' in fault)) return fault.html ? `${fault.status}, HTML` : String(fault.status);
      if (fault.status === 200) return `200 with an error (${what})`;
      return `${fault.status} ${fault.code}${fault.hidden ? ', no CORS' : ''}`;
    case 'damage':
      return 'damaged byte';
    case 'lost-answer':
      return `lost answer (${what})`;
    default:
      return fault.kind;
  }
}
