import type { GateFault } from '../e2e/support/EndpointGate.ts';
import type { LineFault, LineOperation } from '../e2e/support/LineFault.ts';
import { Dice } from './Dice.ts';
import { CHAOS_FACES, type RequestFault, type RunPlan, type Spell, type StoreKind } from './RunPlan.ts';

const MIB = 1024 * 1024;
const MIN_FILE_BYTES = 1_000;
const MAX_FILE_BYTES = 200_000_000;
const MAX_FILES = 6;
const MOST_REQUEST_FAULTS = 6;
const MOST_SPELLS = 3;
const MINUTE_MS = 60_000;
const LATER = 1_000_000;

const UPLOADS: readonly LineOperation[] = ['file', 'part', 'part', 'part'];
/** What the endpoint itself asks of the store. */
const ASKED: readonly LineOperation[] = ['create', 'complete', 'head', 'list-parts'];
const CALLS = ['config', 'uploads', 'parts', 'parts', 'uploaded-parts', 'complete', 'complete'] as const;

/** The same plan for the same seed, whatever the machine: what goes wrong with what, and when. */
export function planRun(seed: number, store: StoreKind): RunPlan {
  const dice = new Dice(seed);
  const files = Array.from({ length: dice.integer(1, MAX_FILES) }, (_, index) => ({
    name: `file-${index + 1}.bin`,
    sizeBytes: Math.round(dice.logUniform(MIN_FILE_BYTES, MAX_FILE_BYTES)),
  }));
  const shortLived = dice.chance(0.15);
  const plan = {
    seed,
    face: dice.pick(CHAOS_FACES),
    autoUpload: dice.chance(0.2),
    files,
    policy: {
      ...(dice.chance(0.7) && { singleRequestMaxBytes: dice.pick([1, 5, 8]) * MIB, partSizeBytes: 5 * MIB }),
      ...(shortLived && { urlExpiresInSeconds: dice.integer(2, 4) }),
    },
    // a URL that lives for seconds does not outlive a clock that is wrong by minutes
    clocks: planClocks(dice, store, shortLived),
    lineMs: dice.integer(500, 2_500),
    requestFaults: Array.from({ length: dice.integer(1, MOST_REQUEST_FAULTS) }, () => planRequestFault(dice)),
    spells: Array.from({ length: dice.integer(0, MOST_SPELLS) }, () => planSpell(dice, store)).sort(byTime),
  };
  // What came to be planned later has dice of its own, so that each seed keeps its faults.
  const later = new Dice(seed + LATER);
  const givesUp = later.chance(0.2) ? later.pick(['removes', 'discards'] as const) : undefined;
  // a bare Dashboard offers no such click
  const keepsCopies = later.chance(0.3) && plan.face !== 'uppy';
  // signatures that are held ready outlive their time only where the files take theirs
  const lineMs = shortLived ? later.integer(6_000, 9_000) : plan.lineMs;
  // and surely over a pause that is longer than they live
  const { urlExpiresInSeconds: lifeSeconds } = plan.policy;
  const spells: Spell[] = lifeSeconds
    ? [...plan.spells, { at: 0.4, kind: 'pause', ms: lifeSeconds * 1_000 + 1_500 } as const].sort(byTime)
    : plan.spells;
  return { ...plan, spells, lineMs, keepsCopies, givesUp, mostRetries: mostRetries(plan.spells) };
}

const byTime = (one: Spell, other: Spell) => one.at - other.at;

/**
 * Only a gateway that is killed is away for longer than the widget has patience for one that it has never reached. All
 * else it has to ride out by itself.
 */
function mostRetries(spells: readonly Spell[]): number {
  return spells.some(({ kind }) => kind === 'kill-store') ? 3 : 0;
}

function planClocks(dice: Dice, store: StoreKind, shortLived: boolean): RunPlan['clocks'] {
  const wrong = () => (dice.chance(0.5) ? 1 : -1) * dice.pick([1, 5, 20, 180]) * MINUTE_MS;
  const endpointMs = dice.chance(0.2) && !shortLived ? wrong() : 0;
  const bucketMs = dice.chance(0.1) && !shortLived && store === 'local' ? wrong() : 0;
  return { endpointMs, bucketMs, browserMs: dice.chance(0.2) ? wrong() : 0 };
}

function planRequestFault(dice: Dice): RequestFault {
  if (dice.chance(0.35)) {
    return { side: 'endpoint', call: dice.pick(CALLS), nth: dice.integer(1, 3), fault: planGateFault(dice) };
  }
  if (dice.chance(0.3)) {
    const operation = dice.pick(ASKED);
    return { side: 'bucket', operation, nth: dice.integer(1, 2), fault: planAskedFault(dice, operation) };
  }
  const operation = dice.pick(UPLOADS);
  const nth = dice.integer(1, operation === 'file' ? 3 : 12);
  return { side: 'bucket', operation, nth, fault: planUploadFault(dice) };
}

function planUploadFault(dice: Dice): LineFault {
  return dice.pick<LineFault>([
    { kind: 'reset', at: dice.share(0, 1) },
    { kind: 'stall', at: dice.share(0, 1) },
    { kind: 'damage' },
    { kind: 'lost-answer' },
    { kind: 'answer', status: 500, code: 'InternalError' },
    { kind: 'answer', status: 503, code: 'SlowDown', ...(dice.chance(0.5) && { retryAfterSeconds: 1 }) },
    { kind: 'answer', status: 403, code: 'AccessDenied', hidden: dice.chance(0.5) },
    { kind: 'answer', status: 400, code: 'RequestTimeout' },
    { kind: 'answer', status: 200, code: 'InternalError' },
  ]);
}

function planAskedFault(dice: Dice, operation: LineOperation): LineFault {
  const faults: LineFault[] = [
    { kind: 'reset', at: 0 },
    { kind: 'stall', at: 0, ms: dice.integer(500, 2_500) },
    { kind: 'lost-answer' },
    { kind: 'answer', status: 500, code: 'InternalError' },
    { kind: 'answer', status: 503, code: 'SlowDown' },
  ];
  // an answer to HEAD has no body, and so no error in it
  if (operation !== 'head') faults.push({ kind: 'answer', status: 200, code: 'InternalError' });
  return dice.pick(faults);
}

function planGateFault(dice: Dice): GateFault {
  return dice.pick<GateFault>([
    { kind: 'unreachable' },
    { kind: 'lost-answer' },
    { kind: 'lost-answer' },
    { kind: 'delay', ms: dice.integer(200, 3_000) },
    { kind: 'answer', status: 500 },
    { kind: 'answer', status: 502, html: true },
    { kind: 'answer', status: 503, ...(dice.chance(0.5) && { retryAfterSeconds: 1 }) },
  ]);
}

function planSpell(dice: Dice, store: StoreKind): Spell {
  const at = dice.share(0, 1);
  const ms = dice.integer(300, 3_000);
  return dice.pick<Spell>([
    { at, kind: 'offline', ms },
    { at, kind: 'bucket-down', ms },
    { at, kind: 'endpoint-down', ms },
    { at, kind: 'slow-line', ms },
    { at, kind: 'pause', ms },
    { at, kind: 'reload', edits: Math.round(at * 100) % 3 === 0 },
    { at, kind: 'kill-browser' },
    { at, kind: 'restart-endpoint' },
    ...(store === 'ceph' ? [{ at, kind: 'kill-store' } as const, { at, kind: 'kill-store' } as const] : []),
  ]);
}
