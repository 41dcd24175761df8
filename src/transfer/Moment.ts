/** A point in time by two clocks, since each of them can be wrong by itself. */
export interface Moment {
  /** The system's clock: goes on while the machine sleeps, and jumps when somebody sets it. */
  readonly wallMs: number;
  /** Never jumps, but on some systems stands still while the machine sleeps. */
  readonly monotonicMs: number;
}

export function momentNow(): Moment {
  return { wallMs: Date.now(), monotonicMs: performance.now() };
}

/**
 * How long ago that was, rather too long than too short: the clock that went further counts. A clock that is set back
 * is outvoted; one that is set forward makes things look old, which costs a fresh signature and no more.
 */
export function elapsedMs(since: Moment): number {
  const now = momentNow();
  return Math.max(0, now.wallMs - since.wallMs, now.monotonicMs - since.monotonicMs);
}
