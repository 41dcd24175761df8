import type { Lane } from './Lane.ts';
import { bytesPerSecond, type LineSettings } from './LineSettings.ts';

const QUANTUM_BYTES = 16 * 1024;
const MAX_CATCH_UP_MS = 100;
/** So much of an unused share may be caught up: timers are coarse. */
const IDLE_CREDIT_MS = 4;

/** One direction of the line: shares its rate among the connections that have bytes to send, round robin. */
export class Shaper {
  readonly lanes: Lane[] = [];
  readonly #settings: LineSettings;
  readonly #rate: 'upMbps' | 'downMbps';
  #next = 0;
  #credit = 0;
  #lastMs = 0;

  constructor(settings: LineSettings, rate: 'upMbps' | 'downMbps') {
    this.#settings = settings;
    this.#rate = rate;
  }

  /** After a rest: the time gone by earns nothing. */
  wake(nowMs: number): void {
    if (nowMs - this.#lastMs > MAX_CATCH_UP_MS) this.#lastMs = nowMs - 1;
  }

  /** Moves what the time since the last call has earned; how many lanes had something to send. */
  tick(nowMs: number): number {
    const passedMs = Math.min(nowMs - this.#lastMs, MAX_CATCH_UP_MS);
    this.#lastMs = nowMs;
    const perLane = bytesPerSecond(this.#settings.perConnectionMbps);
    this.#credit = earn(this.#credit, bytesPerSecond(this.#settings[this.#rate]), passedMs);
    let busy = 0;
    for (const lane of this.lanes) {
      lane.credit = earn(lane.credit, perLane, passedMs);
      if (lane.canMove(nowMs)) busy++;
    }
    if (busy > 0) this.#deal(nowMs);
    return busy;
  }

  #deal(nowMs: number): void {
    let idle = 0;
    while (this.#credit > 0 && idle < this.lanes.length) {
      this.#next = (this.#next + 1) % this.lanes.length;
      const lane = this.lanes[this.#next] as Lane;
      const most = Math.min(QUANTUM_BYTES, Math.floor(Math.min(this.#credit, lane.credit)));
      const moved = most > 0 && lane.canMove(nowMs) ? lane.move(most, nowMs) : 0;
      this.#credit -= moved;
      lane.credit -= moved;
      idle = moved > 0 ? 0 : idle + 1;
    }
  }
}

function earn(credit: number, rate: number, passedMs: number): number {
  if (rate === Number.POSITIVE_INFINITY) return rate;
  const cap = Math.max(QUANTUM_BYTES, (rate * Math.max(IDLE_CREDIT_MS, passedMs)) / 1000);
  return Math.min((credit === Number.POSITIVE_INFINITY ? 0 : credit) + (rate * passedMs) / 1000, cap);
}
