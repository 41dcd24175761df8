import type { Upload } from './Upload.ts';

const INTERVAL_MS = 250;

interface Debt {
  upload: Upload;
  bytes: number;
}

/**
 * Under a limit, a request is gone in a moment and then nothing moves for long: by that, nobody can tell how long the
 * rest will take. So what was sent is shown when the time has come that the limit gives it.
 */
export class PaidProgress {
  readonly #unpaidBytes: () => number;
  readonly #paid: (upload: Upload) => void;
  /** The oldest first. */
  readonly #debts: Debt[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param unpaidBytes how many of the bytes that were sent are ahead of their time
   * @param paid told of uploads that show more than before
   */
  constructor(unpaidBytes: () => number, paid: (upload: Upload) => void) {
    this.#unpaidBytes = unpaidBytes;
    this.#paid = paid;
  }

  /** These bytes were sent ahead of their time. */
  owe(upload: Upload, bytes: number): void {
    upload.meter.hold(bytes);
    this.#debts.push({ upload, bytes });
    this.#timer ??= setInterval(() => this.#pay(), INTERVAL_MS);
  }

  destroy(): void {
    clearInterval(this.#timer);
    this.#debts.length = 0;
  }

  #pay(): void {
    // In whole bytes: what fractions leave over would never be shown.
    let left = Math.ceil(this.#unpaidBytes());
    // The last to come are the last to be paid.
    for (let at = this.#debts.length - 1; at >= 0; at--) {
      const debt = this.#debts[at] as Debt;
      const kept = Math.min(debt.bytes, left);
      left -= kept;
      if (kept === debt.bytes) continue;
      debt.upload.meter.show(debt.bytes - kept);
      debt.bytes = kept;
      this.#paid(debt.upload);
    }
    while (this.#debts[0]?.bytes === 0) this.#debts.shift();
    if (this.#debts.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
