export interface RetryOptions {
  /** How often one request is tried in all. */
  attempts: number;
  minDelayMs: number;
  maxDelayMs: number;
  /**
   * A bucket or an endpoint that has worked before and then fails everybody is waited for so long, whatever `attempts`
   * says; time without a line does not count. 0: never longer than the attempts last.
   */
  outageLimitMs: number;
}

export const DEFAULT_RETRY: RetryOptions = {
  attempts: 6,
  minDelayMs: 500,
  maxDelayMs: 15_000,
  outageLimitMs: 600_000,
};

/**
 * How long to wait before the next try: "full jitter" over a doubling, capped window, never less than a tenth of it.
 * A server's own `Retry-After` wins.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures how many tries failed so far, from 1
 * @param random from 0 to below 1
 */
export function backoffDelay(
  failures: number,
  options: RetryOptions,
  retryAfterSeconds?: number,
  random: () => number = Math.random,
): number {
  if (retryAfterSeconds !== undefined) return Math.min(retryAfterSeconds, 120) * 1000;
  const window = Math.min(options.maxDelayMs, options.minDelayMs * 2 ** (failures - 1));
  return Math.round(window * (0.1 + 0.9 * random()));
}

/**
 * `Retry-After` in seconds, from its number or its date.
 * Source: RFC 9110, 10.2.3
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (!value) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value.trim());
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - nowMs) / 1000);
}
