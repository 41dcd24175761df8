import type { Upload } from './Upload.ts';

const INTERVAL_MS = 100;
const MAX_INTERVAL_MS = 1_000;
/** What is made of it shall take no more than one part of so many of the page's time: a long list is slow to draw. */
const SHARE = 10;

/** Gathers which uploads moved and tells it about ten times a second, however many there are, or as often as the page can. */
export class ProgressReporter {
  readonly #report: (uploads: readonly Upload[]) => void;
  readonly #moved = new Set<Upload>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #intervalMs = INTERVAL_MS;

  constructor(report: (uploads: readonly Upload[]) => void) {
    this.#report = report;
  }

  note(upload: Upload): void {
    this.#moved.add(upload);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const moved = [...this.#moved];
      this.#moved.clear();
      const startMs = performance.now();
      this.#report(moved);
      // After what the page draws at once.
      queueMicrotask(() => {
        const ownMs = (performance.now() - startMs) * SHARE;
        this.#intervalMs = Math.min(Math.max(ownMs, INTERVAL_MS), MAX_INTERVAL_MS);
      });
    }, this.#intervalMs);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#moved.clear();
  }
}
