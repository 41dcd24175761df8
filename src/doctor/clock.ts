import type { Examination } from './Examination.ts';
import { CLOCK_LIMIT_MS, clockFinding } from './explainRefusal.ts';

const NOTE_FROM_MS = 60_000;

/** How far a clock is ahead of the one that a host's answer names; undefined where it names none. To the second. */
export function skewOf(atMs: number, headers: Headers): number | undefined {
  const theirs = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(theirs) ? undefined : atMs - theirs;
}

/** @param whose such as "this machine's clock" */
export function examineClock(examination: Examination, whose: string, skewMs: number | undefined): void {
  if (skewMs === undefined) examination.skip('Clock', 'the store does not say what time it is');
  else if (Math.abs(skewMs) > CLOCK_LIMIT_MS) examination.fail('Clock', clockFinding(skewMs));
  else if (Math.abs(skewMs) > NOTE_FROM_MS)
    examination.note('Clock', `${whose} is ${Math.round(Math.abs(skewMs) / 1000)} s off; NTP would help`);
  else examination.pass('Clock', `${whose} and the store's agree`);
}

/** When a signed URL or form says it was signed, in milliseconds since 1970. */
export function signedAt(signed: {
  url: string;
  fields?: Readonly<Record<string, string>>;
}): number | undefined {
  const text = signed.fields?.['x-amz-date'] ?? new URL(signed.url).searchParams.get('X-Amz-Date') ?? '';
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
