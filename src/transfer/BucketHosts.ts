import { elapsedMs, type Moment, momentNow } from './Moment.ts';

/** So many requests to one host without an answer, and none with one in between, are no longer bad luck. */
const SILENT_AFTER = 3;
const AVOID_MS = 60_000;
const LONGEST_AVOID_MS = 3_600_000;

interface Silence {
  inRow: number;
  /** 0: it is not avoided yet. */
  avoidMs: number;
  since: Moment;
}

/**
 * The host names of the bucket, by origin. One that gives no answer while there are others is avoided, for longer each
 * time: a name that only this network cannot look up, or that the page's CSP forgot, costs speed and no upload.
 */
export class BucketHosts {
  #count = 1;
  readonly #silent = new Map<string, Silence>();
  readonly #heard = new Set<string>();

  /** Over how many of them the endpoint spreads what it signs. */
  get count(): number {
    return this.#count;
  }

  setCount(count: number): void {
    this.#count = count;
  }

  /** Origins that nothing shall be signed for; never all of them. */
  get avoided(): string[] {
    return [...this.#silent].flatMap(([origin, silence]) => (isAvoided(silence) ? [origin] : []));
  }

  isAvoided(origin: string): boolean {
    const silence = this.#silent.get(origin);
    return silence !== undefined && isAvoided(silence);
  }

  /** Whether another one gave an answer to its last request: then the line and the store are well. */
  isHeardElsewhere(origin: string): boolean {
    return this.#heard.size > (this.#heard.has(origin) ? 1 : 0);
  }

  answered(origin: string): void {
    this.#silent.delete(origin);
    this.#heard.add(origin);
  }

  /** No answer came to a request. */
  wasSilent(origin: string): void {
    this.#heard.delete(origin);
    this.#note(origin, (this.#silent.get(origin)?.inRow ?? 0) + 1);
  }

  /**
   * It is known by now that no answer will come.
   *
   * @returns whether there is another one to go to
   */
  leave(origin: string): boolean {
    this.#heard.delete(origin);
    return this.#note(origin, SILENT_AFTER);
  }

  #note(origin: string, inRow: number): boolean {
    if (this.#count < 2) return false;
    const before = this.#silent.get(origin) ?? { inRow: 0, avoidMs: 0, since: momentNow() };
    const isNew = inRow >= SILENT_AFTER && !isAvoided(before);
    const avoidMs = Math.min(LONGEST_AVOID_MS, 2 * before.avoidMs || AVOID_MS);
    this.#silent.set(origin, isNew ? { inRow, avoidMs, since: momentNow() } : { ...before, inRow });
    if (this.avoided.length < this.#count) return true;
    // All of them: it is the line, or the store, and no name is better than the other.
    this.#silent.clear();
    return false;
  }
}

function isAvoided({ avoidMs, since }: Silence): boolean {
  return elapsedMs(since) < avoidMs;
}
