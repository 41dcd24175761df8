import type { SignedPart } from '../protocol/messages.ts';
import type { EndpointCalls } from './EndpointCalls.ts';
import { momentNow } from './Moment.ts';
import { type Fresh, fresh, isFresh, type MultipartSession } from './UploadSession.ts';

/** How many parts one call signs: few round trips, yet none of them old before its turn. */
const WINDOW = 100;

export interface PartSignerOptions {
  partCount: number;
  /** With fewer signatures than this in store, the next ones are asked for. */
  ahead: number;
  /** Hashing takes time, so that the first windows are small; undefined where the store verifies nothing. */
  checksum: ((partNumber: number) => Promise<string | undefined>) | undefined;
}

/** Keeps the signatures of one multipart upload just ahead of the parts being sent. */
export class PartSigner {
  readonly #session: MultipartSession;
  readonly #calls: EndpointCalls;
  readonly #options: PartSignerOptions;
  #window: number;
  #asking: Promise<void> | undefined;

  constructor(session: MultipartSession, calls: EndpointCalls, options: PartSignerOptions) {
    this.#session = session;
    this.#calls = calls;
    this.#options = options;
    this.#window = options.checksum ? Math.ceil(options.ahead / 2) : WINDOW;
  }

  /**
   * A fresh signature for one part, to be used once.
   *
   * @throws BucketDropError what the endpoint answered
   */
  async take(partNumber: number): Promise<Fresh<SignedPart>> {
    const { signedParts } = this.#session;
    if (!isFresh(signedParts.get(partNumber))) signedParts.delete(partNumber);
    let taken = signedParts.get(partNumber);
    while (taken === undefined) {
      this.#asking ??= this.#ask(partNumber);
      await this.#asking;
      taken = signedParts.get(partNumber);
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
      if (!isFresh(this.#session.signedParts.get(n))) missing.push(n);
    }
    return missing;
  }

  /** Hashed in order, by one worker. */
  #describe(partNumbers: number[]): Promise<{ partNumber: number; checksum?: string }[]> {
    return Promise.all(
      partNumbers.map(async (partNumber) => {
        const checksum = await this.#options.checksum?.(partNumber);
        return checksum === undefined ? { partNumber } : { partNumber, checksum };
      }),
    );
  }

  async #ask(partNumber: number): Promise<void> {
    try {
      const parts = await this.#describe(this.#missing(partNumber, this.#window));
      this.#window = Math.min(WINDOW, this.#window * 2);
      const askedAt = momentNow();
      const signed = await this.#calls.sign({ ticket: this.#session.ticket, parts });
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
