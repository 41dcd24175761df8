import type { Upload } from './Upload.ts';

const INTERVAL_MS = 100;

/** Gathers which uploads moved and tells it about ten times a second, however many there are. */
export class ProgressReporter {
  readonly #report: (uploads: readonly Upload[]) => void;
  readonly #moved = new Set<Upload>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(report: (uploads: readonly Upload[]) => void) {
    this.#report = report;
  }

  note(upload: Upload): void {
    this.#moved.add(upload);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const moved = [...this.#moved];
      this.#moved.clear();
      this.#report(moved);
    }, INTERVAL_MS);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#moved.clear();
  }
}
