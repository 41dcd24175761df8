import { backoffDelay, type RetryOptions } from './backoffDelay.ts';
import { isOffline } from './isOffline.ts';
import { elapsedMs, type Moment, momentNow } from './Moment.ts';

/** So many failures in a row, with no success of anybody in between, are no longer bad luck of one request. */
const OUTAGE_AFTER_FAILURES = 3;
/** Browsers can be wrong about being offline. */
const OFFLINE_PROBE_MS = 60_000;
/** Those who come so soon after the end of an outage belong to it. */
const AFTERMATH_MS = 5_000;

/** One request's leave to go; its outcome is to be told by one of these, once. */
export interface Pass {
  succeeded(): void;
  /** The other side did not do its work: no answer, or one that says so. */
  failed(retryAfterSeconds?: number): void;
  /** It answered, whatever it said of this one request. */
  answered(): void;
  /** Nothing is known: it was stopped from here. */
  stopped(): void;
}

export interface CircuitOptions {
  retry: () => RetryOptions;
  /** It opened or closed. */
  onChange: () => void;
  /** The outage has lasted too long; everybody who waits is told the same. */
  onGiveUp: (failure: unknown) => void;
  random?: () => number;
}

interface Waiting {
  admit: (pass: Pass) => void;
  refuse: (failure: unknown) => void;
}

/**
 * A circuit breaker over all requests to one server. Closed, it lets everybody pass. Once failures follow each other
 * with no success in between, it opens: everybody waits, and one at a time tries, at growing intervals, until one gets
 * through. So a dead server is not hammered by all, and an outage is not counted against each request that it hits.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #waiting: Waiting[] = [];
  #failuresInRow = 0;
  #hasWorked = false;
  #openSince: Moment | undefined;
  #probing = false;
  #probesFailed = 0;
  #probeAt: { since: Moment; delayMs: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #givenUp: { failure: unknown; at: Moment } | undefined;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#openSince !== undefined;
  }

  get hasWorked(): boolean {
    return this.#hasWorked;
  }

  /** Whether it is worth waiting for: it has worked before, and not too long ago; or the line is what is missing. */
  get isPatient(): boolean {
    if (this.#openSince === undefined) return false;
    if (isOffline()) return true;
    return this.#hasWorked && elapsedMs(this.#openSince) < this.#options.retry().outageLimitMs;
  }

  /** Whether there is no sense in waiting, for anybody: it has lasted too long, or it has never worked. */
  get isHopeless(): boolean {
    if (!this.isOpen || this.isPatient) return false;
    return this.#hasWorked || this.#probesFailed >= this.#options.retry().attempts;
  }

  /**
   * Waits until a request may go.
   *
   * @throws the signal's reason; the failure that the outage ended with, once it has lasted too long
   */
  enter(signal: AbortSignal): Promise<Pass> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#givenUp && elapsedMs(this.#givenUp.at) > AFTERMATH_MS) this.reset();
    if (this.#givenUp) return Promise.reject(this.#givenUp.failure);
    if (!this.isOpen) return Promise.resolve(this.#pass(false));
    return new Promise((resolve, reject) => {
      const forget = () => signal.removeEventListener('abort', onAbort);
      const waiting: Waiting = {
        admit: (pass) => {
          forget();
          resolve(pass);
        },
        refuse: (failure) => {
          forget();
          reject(failure);
        },
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#schedule();
    });
  }

  /** Ends the outage for everybody: nobody waits any longer. */
  giveUp(failure: unknown): void {
    if (!this.isOpen) return;
    this.#close();
    this.#givenUp = { failure, at: momentNow() };
    for (const { refuse } of this.#waiting.splice(0)) refuse(failure);
    this.#options.onGiveUp(failure);
    this.#options.onChange();
  }

  /** Somebody wants to try again after all. */
  reset(): void {
    this.#givenUp = undefined;
  }

  /** The line is back, or the machine woke up: what was learned before counts no more. */
  probeNow(): void {
    if (!this.isOpen) return;
    this.#openSince = momentNow();
    this.#probesFailed = 0;
    this.#probeAt = undefined;
    this.#schedule();
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #pass(isProbe: boolean): Pass {
    let told = false;
    const once = (tell: () => void) => {
      if (told) return;
      told = true;
      if (isProbe) this.#probing = false;
      tell();
    };
    return {
      succeeded: () => once(() => this.#alive(true)),
      answered: () => once(() => this.#alive(false)),
      failed: (retryAfterSeconds) => once(() => this.#failed(isProbe, retryAfterSeconds)),
      stopped: () => once(() => this.#schedule()),
    };
  }

  #alive(succeeded: boolean): void {
    this.#hasWorked ||= succeeded;
    this.#failuresInRow = 0;
    if (!this.isOpen) return;
    this.#close();
    for (const { admit } of this.#waiting.splice(0)) admit(this.#pass(false));
    this.#options.onChange();
  }

  #failed(isProbe: boolean, retryAfterSeconds: number | undefined): void {
    this.#failuresInRow++;
    if (!this.isOpen) {
      if (this.#givenUp || (this.#failuresInRow < OUTAGE_AFTER_FAILURES && !isOffline())) return;
      this.#openSince = momentNow();
      this.#probesFailed = 0;
      this.#waitLonger(retryAfterSeconds);
      this.#options.onChange();
      // Those that were under way when it opened say nothing new.
    } else if (isProbe) this.#waitLonger(retryAfterSeconds);
    this.#schedule();
  }

  #waitLonger(retryAfterSeconds: number | undefined): void {
    this.#probesFailed++;
    const { random = Math.random, retry } = this.#options;
    // The upper half of the window, so that the number of probes has a bound.
    const upperHalf = () => 0.5 + 0.5 * random();
    const delayMs = backoffDelay(this.#probesFailed, retry(), retryAfterSeconds, upperHalf);
    this.#probeAt = { since: momentNow(), delayMs: isOffline() ? OFFLINE_PROBE_MS : delayMs };
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#openSince = undefined;
    this.#probing = false;
    this.#failuresInRow = 0;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.isOpen || this.#probing || this.#waiting.length === 0) return;
    const waitMs = this.#probeAt ? this.#probeAt.delayMs - elapsedMs(this.#probeAt.since) : 0;
    if (waitMs > 0) this.#timer = setTimeout(() => this.#schedule(), waitMs);
    else this.#probe();
  }

  #probe(): void {
    this.#probing = true;
    this.#waiting.shift()?.admit(this.#pass(true));
  }
}
