import type { FailureKind } from './RequestFailure.ts';

export interface LaneControlOptions {
  /** Requests in flight to begin with. */
  start: number;
  /** And at most. */
  max: number;
  /** Milliseconds of a clock that never jumps. */
  now?: () => number;
}

/** What was measured while all lanes were busy. */
export interface FullRate {
  lanes: number;
  bytesPerSecond: number;
}

/** A store that asks for less is taken at its word; a broken connection may be one lane too many, or bad luck. */
const STEP_BACK: Partial<Record<FailureKind, (limit: number) => number>> = {
  'slow-down': halve,
  'too-many-requests': halve,
  stalled: oneLess,
  timeout: oneLess,
  'request-timeout': oneLess,
  network: oneLess,
  'answer-lost': oneLess,
  'store-error': oneLess,
};
/** After a step back, one lane is added at a time, no sooner than after this. */
const RECOVERY_STEP_MS = 1_000;
/** A rate that was measured for less says little, but for many short requests. */
const MEASURE_MS = 2_000;
const MEASURE_ROUNDS = 3;
/** Smaller requests spend their time on the way, and tell little of the line's rate. */
const TELLING_BYTES = 1024 * 1024;
/** So much more has to come through more lanes for them to be kept. */
const WORTHWHILE = 1.05;
/** Lanes that brought nothing are tried again after this: the line may be another by then. */
const TRY_AGAIN_MS = 60_000;
/** Lanes that wait so briefly for their next request count as busy. */
const SHORT_PAUSE_MS = 500;

/**
 * Decides how many requests are in flight, over all files: more as long as more comes through, fewer when the store or
 * the line does not bear it.
 */
export class LaneControl {
  readonly #now: () => number;
  #start: number;
  #max: number;
  #limit: number;
  #recovering = false;
  #lastStepBackAt = Number.NEGATIVE_INFINITY;
  #restUntil = Number.NEGATIVE_INFINITY;
  /** Since the limit changed, or since there was too little to do. */
  #since: number;
  #bytes = 0;
  #successes = 0;
  #idleSince: number | undefined;
  /** How it was with fewer lanes, where it was measured. */
  #before: FullRate | undefined;
  #fullRate: FullRate | undefined;

  constructor({ start, max, now = () => performance.now() }: LaneControlOptions) {
    this.#now = now;
    this.#start = start;
    this.#max = max;
    this.#limit = Math.min(start, max);
    this.#since = now();
    this.#idleSince = this.#since;
  }

  get limit(): number {
    return this.#limit;
  }

  get max(): number {
    return this.#max;
  }

  /** The last that was measured with all lanes busy, by requests large enough to tell what the line gives. */
  get fullRate(): FullRate | undefined {
    return this.#learned() ?? this.#fullRate;
  }

  /** @param start where nothing is known yet */
  setMax(max: number, start = this.#start): void {
    // Said again: what was found out since stays.
    if (max === this.#max && start === this.#start) return;
    this.#max = max;
    this.#start = start;
    const hasLearned = this.#fullRate !== undefined || this.#recovering;
    this.#change(Math.min(hasLearned ? this.#limit : this.#start, max));
  }

  /** Bytes left the browser. */
  moved(bytes: number): void {
    this.#bytes += bytes;
  }

  /** @param isFull whether all lanes are busy now */
  occupied(isFull: boolean): void {
    const now = this.#now();
    if (!isFull) {
      if (this.#idleSince !== undefined) return;
      this.#fullRate = this.fullRate;
      this.#idleSince = now;
    } else if (this.#idleSince !== undefined) {
      if (now - this.#idleSince > SHORT_PAUSE_MS) this.#begin();
      this.#idleSince = undefined;
    }
  }

  /** A request came through. */
  succeeded(): void {
    this.#successes++;
    const now = this.#now();
    if (this.#recovering) {
      if (now - this.#since < RECOVERY_STEP_MS) return;
      if (this.#limit < this.#max) this.#change(this.#limit + 1);
      else this.#recovering = false;
      return;
    }
    this.#judge(now);
    if (this.#limit >= this.#max || now < this.#restUntil || this.#successes < this.#limit) return;
    const rate = this.#measure();
    if (!rate) return;
    this.#before = rate;
    this.#change(Math.min(this.#max, this.#limit * 2));
  }

  /**
   * A request failed.
   *
   * @param begunAt when, by the same clock: what was under way at the last step back says nothing new
   */
  failed(kind: FailureKind, begunAt: number): void {
    const stepBack = STEP_BACK[kind];
    if (!stepBack || begunAt < this.#lastStepBackAt) return;
    this.#lastStepBackAt = this.#now();
    this.#recovering = true;
    this.#before = undefined;
    this.#change(Math.max(1, stepBack(this.#limit)));
  }

  /** More lanes that bring nothing are given up again: they make each request slower, and others wait longer. */
  #judge(now: number): void {
    const before = this.#before;
    const rate = before && this.#measure();
    if (!before || !rate) return;
    this.#before = undefined;
    if (rate.bytesPerSecond >= before.bytesPerSecond * WORTHWHILE) return;
    this.#restUntil = now + TRY_AGAIN_MS;
    this.#change(before.lanes);
  }

  #measure(): FullRate | undefined {
    const now = this.#now();
    const elapsedMs = now - this.#since;
    const isLong = elapsedMs >= MEASURE_MS || this.#successes >= this.#limit * MEASURE_ROUNDS;
    if (!isLong || elapsedMs === 0 || this.#bytes === 0 || this.#isIdle(now)) return undefined;
    return { lanes: this.#limit, bytesPerSecond: (this.#bytes / elapsedMs) * 1000 };
  }

  #learned(): FullRate | undefined {
    return this.#bytes >= this.#successes * TELLING_BYTES ? this.#measure() : undefined;
  }

  #isIdle(now: number): boolean {
    return this.#idleSince !== undefined && now - this.#idleSince > SHORT_PAUSE_MS;
  }

  #change(limit: number): void {
    if (limit === this.#limit) return;
    this.#begin();
    this.#limit = limit;
  }

  #begin(): void {
    this.#fullRate = this.fullRate;
    this.#since = this.#now();
    this.#bytes = 0;
    this.#successes = 0;
  }
}

function halve(limit: number): number {
  return Math.floor(limit / 2);
}

function oneLess(limit: number): number {
  return limit - 1;
}
