import { MIB } from '../protocol/limits.ts';
import type { SignedPart } from '../protocol/messages.ts';
import { Deferred } from './Deferred.ts';
import type { EndpointCalls } from './EndpointCalls.ts';
import { momentNow } from './Moment.ts';
import { type Fresh, fresh, isFresh, type MultipartSession } from './UploadSession.ts';

/** How many parts one call signs: few round trips, yet none of them old before its turn. */
const WINDOW = 100;
/** Hashed in about a tenth of a second: who waits for a part waits for so much, so that one call signs more than one. */
const FIRST_HASHED_BYTES = 32 * MIB;

/** Where the endpoint is near, hashing is what takes long: a call for each part would cost more than it brings. */
const LEAST_PATIENCE_MS = 50;

export interface PartSignerOptions {
  partCount: number;
  /** With fewer signatures than this in store, the next ones are asked for. */
  ahead: number;
  /** Asked for in order, a window ahead. */
  checksum: (partNumber: number) => Promise<string | undefined>;
  /** Whether a part is hashed before it is signed; that may come to be while parts are sent. */
  needsChecksum: () => boolean;
}

interface PartToSign {
  partNumber: number;
  checksum?: string;
}

/**
 * Keeps the signatures of one multipart upload just ahead of the parts being sent. A part is hashed before it is signed:
 * when somebody waits, what is hashed by then is signed at once, so that no lane idles for the hash of a much later part;
 * otherwise a whole window goes into one call.
 */
export class PartSigner {
  readonly #session: MultipartSession;
  readonly #calls: EndpointCalls;
  readonly #options: PartSignerOptions;
  #window: number;
  /** So many are hashed before a call even when somebody waits; each time more of them, so that calls stay few. */
  #least: number;
  /** None is put off by much more than half of what the last call took. */
  #patienceMs: number | undefined;
  #asking: Promise<void> | undefined;
  /** Part numbers that somebody waits for. */
  readonly #awaited = new Set<number>();
  /** Resolved when somebody waits for what is being asked for. */
  #hurry = new Deferred<void>();

  constructor(session: MultipartSession, calls: EndpointCalls, options: PartSignerOptions) {
    this.#session = session;
    this.#calls = calls;
    this.#options = options;
    this.#least = Math.max(1, Math.floor(FIRST_HASHED_BYTES / session.partSizeBytes));
    this.#window = options.needsChecksum() ? Math.ceil(options.ahead / 2) : WINDOW;
  }

  /**
   * A fresh signature for one part, to be used once.
   *
   * @throws BucketDropError what the endpoint answered
   */
  async take(partNumber: number): Promise<Fresh<SignedPart>> {
    const { signedParts } = this.#session;
    if (!this.#isGood(partNumber)) signedParts.delete(partNumber);
    let taken = signedParts.get(partNumber);
    this.#awaited.add(partNumber);
    try {
      while (taken === undefined) {
        this.#asking ??= this.#ask(partNumber);
        this.#hurry.resolve();
        await this.#asking;
        taken = signedParts.get(partNumber);
      }
    } finally {
      this.#awaited.delete(partNumber);
    }
    signedParts.delete(partNumber);
    this.#lookAhead(partNumber);
    return taken;
  }

  /** One of them was refused: those that are as old or older would be as well. */
  forget(refused: Fresh<SignedPart>): void {
    const { signedParts } = this.#session;
    for (const [partNumber, { bornAt }] of signedParts)
      if (bornAt.monotonicMs <= refused.bornAt.monotonicMs) signedParts.delete(partNumber);
  }

  #isGood(partNumber: number): boolean {
    const signed = this.#session.signedParts.get(partNumber);
    if (!isFresh(signed)) return false;
    return !this.#options.needsChecksum() || Object.keys(signed.signed.headers).length > 0;
  }

  #lookAhead(after: number): void {
    const wanted = this.#missing(after + 1, this.#options.ahead);
    if (wanted.length === 0 || this.#asking) return;
    this.#asking = this.#ask(wanted[0] as number);
    // Who needs the part asks again and hears of the error; nobody may be waiting now.
    this.#asking.catch(() => {});
  }

  #missing(from: number, count: number): number[] {
    const missing: number[] = [];
    let left = count;
    for (let n = from; n <= this.#options.partCount && left > 0; n++) {
      if (this.#session.storedParts.has(n)) continue;
      left--;
      if (!this.#isGood(n)) missing.push(n);
    }
    return missing;
  }

  /**
   * Hashes a window, in order: all of it, or when somebody waits, as much of it as is hashed once its first parts are.
   *
   * @throws RequestFailure `file-changed` when the file cannot be read
   */
  async #describe(partNumbers: number[]): Promise<PartToSign[]> {
    const { checksum, needsChecksum } = this.#options;
    if (!needsChecksum()) return partNumbers.map((partNumber) => ({ partNumber }));
    const hashed: PartToSign[] = [];
    const hashing = partNumbers.map(async (partNumber) => {
      const one = await checksum(partNumber);
      hashed.push(one === undefined ? { partNumber } : { partNumber, checksum: one });
    });
    await Promise.race([Promise.all(hashing), this.#hurry.promise]);
    await this.#gather(hashing, partNumbers.filter((partNumber) => this.#awaited.has(partNumber)).length);
    // What was hashed in the same moment comes along.
    await Promise.resolve();
    return [...hashed];
  }

  /**
   * Waits for the first, since somebody else does, and for some more that are waited for, since a call for each costs more
   * than it brings.
   */
  async #gather(hashing: Promise<void>[], awaited: number): Promise<void> {
    // Small ones are hashed side by side: the last of them may be the first to be ready.
    const enough = Promise.all(hashing.slice(0, Math.max(1, Math.min(this.#least, awaited))));
    if (this.#patienceMs === undefined) return void (await enough);
    const patience = new Promise<void>((resolve) => setTimeout(resolve, this.#patienceMs));
    await Promise.race([enough, Promise.all([hashing[0], patience])]);
  }

  async #ask(partNumber: number): Promise<void> {
    this.#hurry = new Deferred();
    try {
      const wanted = this.#missing(partNumber, this.#window);
      const parts = await this.#describe(wanted);
      this.#least *= 2;
      if (parts.length === wanted.length) this.#window = Math.min(WINDOW, this.#window * 2);
      const askedAt = momentNow();
      const signed = await this.#calls.sign({ ticket: this.#session.ticket, parts });
      this.#patienceMs = Math.max(LEAST_PATIENCE_MS, (momentNow().monotonicMs - askedAt.monotonicMs) / 2);
      if (signed.method !== 'multipart')
        throw new TypeError('a multipart ticket was signed as a single request');
      for (const part of signed.parts) {
        this.#session.signedParts.set(part.partNumber, fresh(part, signed.expiresInSeconds, askedAt));
      }
      if (!signed.parts.some((part) => part.partNumber === partNumber)) {
        throw new TypeError(`the endpoint did not sign part ${partNumber}`);
      }
    } finally {
      this.#asking = undefined;
    }
  }
}
