import type { S3Client } from '@aws-sdk/client-s3';

/** `Date` headers have whole seconds, and an answer takes its time: less is no difference. */
const TOLERANCE_MS = 3_000;
const GOOD_FOR_MS = 60_000;
/** A store that told nothing was away: soon it may be there. */
const ASK_AGAIN_AFTER_MS = 1_000;
const ASK_TIMEOUT_MS = 2_000;

/** The store's time: a signature lives by the clock that checks it, whatever the endpoint's machine shows. */
export class StoreClock {
  #offsetMs = 0;
  /** When it is time to ask, by `performance.now()`. */
  #askAtMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  /**
   * Runs `ask` where nothing was learned for a while; several who want to know at once ask once, and where nothing came
   * of it, the next second's callers ask again. Never rejects.
   */
  async refresh(ask: () => Promise<void>): Promise<void> {
    if (performance.now() < this.#askAtMs) return;
    this.#asking ??= ask()
      .catch(() => undefined)
      .finally(() => {
        this.#asking = undefined;
        this.#askAtMs = Math.max(this.#askAtMs, performance.now() + ASK_AGAIN_AFTER_MS);
      });
    await this.#asking;
  }

  /**
   * Learns from the `Date` of an answer.
   *
   * @param askedAtMs when the question was sent, by this machine's clock
   * @param answeredAtMs when the answer came
   */
  learn(date: string | undefined, askedAtMs: number, answeredAtMs: number): void {
    const toldMs = Date.parse(date ?? '');
    if (Number.isNaN(toldMs)) return;
    this.#askAtMs = performance.now() + GOOD_FOR_MS;
    // On average half a second is cut off.
    const offsetMs = toldMs + 500 - (askedAtMs + answeredAtMs) / 2;
    this.#offsetMs = Math.abs(offsetMs) < TOLERANCE_MS + (answeredAtMs - askedAtMs) / 2 ? 0 : offsetMs;
  }

  /** What the store's clock shows when this machine's shows `milliseconds` since 1970. */
  correct(milliseconds: number): number {
    return milliseconds + this.#offsetMs;
  }
}

/** Reads the time in every answer that the client gets. */
export function learnTime(client: S3Client, clock: StoreClock): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const askedAtMs = Date.now();
      const output = await next(args);
      const { headers } = output.response as { headers?: Record<string, string> };
      clock.learn(headers?.date, askedAtMs, Date.now());
      return output;
    },
    // The closest to the wire: errors are made of answers further out.
    { step: 'deserialize', priority: 'low', name: 'learnTime' },
  );
}

/**
 * Asks a store that has told nothing for a while: where the browser does all that the store is asked, the endpoint would
 * never know. Whatever the store answers comes with its time; if nothing comes, so be it.
 */
export function askTime({ clock, bucketUrl }: { clock: StoreClock; bucketUrl: URL }): Promise<void> {
  return clock.refresh(async () => {
    const askedAtMs = Date.now();
    const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
    const answer = await fetch(bucketUrl, { method: 'HEAD', signal });
    clock.learn(answer.headers.get('date') ?? undefined, askedAtMs, Date.now());
  });
}
