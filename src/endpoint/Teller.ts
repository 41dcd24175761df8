import type { StoredObject } from '../protocol/messages.ts';
import type { Completions } from './Completions.ts';
import { EndpointError } from './EndpointError.ts';

/** Longer than a browser tries again by itself, or a person by the button. */
const KEEP_SECONDS = 3600;
/** The longest that a hook may take before another copy takes the upload over. */
const LEASE_SECONDS = 120;
const WAIT_MS = 30_000;
const POLL_MS = 100;
const RETRY_AFTER_SECONDS = 5;

/** Sees to it that the site is told once of each finished upload, and that every call gets the same answer. */
export class Teller {
  readonly #completions: Completions;
  readonly #running = new Map<string, Promise<StoredObject>>();

  constructor(completions: Completions) {
    this.#completions = completions;
  }

  /** What the site was told of this upload, and answered; undefined if it was not, or that was long ago. */
  async recall(id: string): Promise<StoredObject | undefined> {
    const result = await this.#completions.get(id);
    return result == null ? undefined : JSON.parse(result);
  }

  /**
   * Tells the site, unless it was told already or is just being told, by this or another copy of the endpoint.
   *
   * @param tell what it throws is thrown to all who wait; the next one tries again
   * @throws BucketDropError `too-many-requests` if another copy takes too long
   */
  once(id: string, tell: () => Promise<StoredObject>): Promise<StoredObject> {
    const running = this.#running.get(id) ?? this.#run(id, tell).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
    return running;
  }

  async #run(id: string, tell: () => Promise<StoredObject>): Promise<StoredObject> {
    const deadline = Date.now() + WAIT_MS;
    while (!(await this.#completions.claim(id, LEASE_SECONDS))) {
      const told = await this.recall(id);
      if (told !== undefined) return told;
      if (Date.now() >= deadline) throw stillAtWork();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    try {
      const told = await this.recall(id);
      if (told !== undefined) return told;
      const object = await tell();
      await this.#completions.put(id, JSON.stringify(object), KEEP_SECONDS);
      return object;
    } finally {
      await this.#completions.release(id);
    }
  }
}

function stillAtWork(): EndpointError {
  return new EndpointError(
    'too-many-requests',
    'another copy of the endpoint is at work on this upload',
    undefined,
    { details: { retryAfterSeconds: RETRY_AFTER_SECONDS } },
  );
}
