/** Seconds that a link is still good for, 0 if it ran out. */
export function secondsLeft(expiresAtMs: number, nowMs: number = Date.now()): number {
  return Math.max(0, Math.ceil((expiresAtMs - nowMs) / 1000));
}

/**
 * Calls back at once and whenever a second is over, the last time with 0. Goes by the clock: after the device slept, the
 * next call is right again.
 */
export function watchCountdown(expiresAtMs: number, onSecond: (seconds: number) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = () => {
    const seconds = secondsLeft(expiresAtMs);
    if (seconds > 0) timer = setTimeout(tick, expiresAtMs - Date.now() - (seconds - 1) * 1000 + 5);
    onSecond(seconds);
  };
  tick();
  return () => clearTimeout(timer);
}

/** `14:05`, `1:02:03`. */
export function formatCountdown(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const rest = two(seconds % 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/**
 * In words, rounded: `15 minutes`, in German `15 Minuten`.
 *
 * @param language BCP 47, such as `de-DE`
 */
export function formatDuration(seconds: number, language: string): string {
  const [unit, length] = UNITS.find(([, unitSeconds]) => seconds >= unitSeconds) ?? (['second', 1] as const);
  const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.round(seconds / length));
}
