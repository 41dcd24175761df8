import { setPriority } from 'node:os';

const HIGH = -10;

/** The line and the sink are not what is measured: they go first, where this user may say so (root). */
export function raisePriority(): void {
  try {
    setPriority(HIGH);
  } catch {
    // Then a busy machine shows in the check of the line.
  }
}
