import { describe, expect, it } from 'vitest';
import { LaneControl } from './LaneControl.ts';
import type { FailureKind } from './RequestFailure.ts';

interface Line {
  /** Bytes a second, over all and of one connection. */
  rate: number;
  ofOne: number;
  roundTripMs: number;
  /** How many connections carry requests; the others wait inside the browser. */
  connections: number;
  requestBytes: number;
  /** With more requests in flight than this, one that begins is refused. */
  bears?: number;
  refusal?: FailureKind;
}

const LAN: Line = { rate: 25e6, ofOne: 25e6, roundTripMs: 5, connections: 12, requestBytes: 5e6 };
const FAR: Line = { rate: 6e6, ofOne: 0.5e6, roundTripMs: 150, connections: 12, requestBytes: 1e6 };
const SMALL_FILES: Line = { rate: 25e6, ofOne: 6e6, roundTripMs: 60, connections: 12, requestBytes: 20_000 };
const STEP_MS = 5;

/** Sends without an end across a line that shares its rate fairly, and tells the limit at the end of each second. */
function drive(control: LaneControl, clock: { ms: number }, line: Line, seconds: number): number[] {
  const flying: { leftBytes: number; waitMs: number; begunAt: number; isRefused: boolean }[] = [];
  const limits: number[] = [];
  const end = clock.ms + seconds * 1000;
  const restMs = { until: 0 };
  for (; clock.ms < end; clock.ms += STEP_MS) {
    while (flying.length < control.limit && clock.ms >= restMs.until) {
      const isRefused = line.bears !== undefined && flying.length >= line.bears;
      flying.push({ leftBytes: line.requestBytes, waitMs: line.roundTripMs, begunAt: clock.ms, isRefused });
    }
    control.occupied(flying.length >= control.limit);
    const sending = flying.slice(0, line.connections).filter(({ waitMs }) => waitMs <= 0);
    const share = (Math.min(line.ofOne, line.rate / Math.max(1, sending.length)) * STEP_MS) / 1000;
    for (const one of flying.slice(0, line.connections)) {
      if (one.waitMs > 0) {
        one.waitMs -= STEP_MS;
        continue;
      }
      control.moved(Math.min(one.leftBytes, share));
      one.leftBytes -= share;
    }
    for (const one of flying.filter(
      ({ leftBytes, isRefused, waitMs }) => leftBytes <= 0 || (isRefused && waitMs <= 0),
    )) {
      flying.splice(flying.indexOf(one), 1);
      if (one.isRefused) {
        control.failed(line.refusal ?? 'slow-down', one.begunAt);
        restMs.until = clock.ms + 300;
      } else control.succeeded();
    }
    if (clock.ms % 1000 === 0) limits.push(control.limit);
  }
  return limits;
}

function start(max: number) {
  const clock = { ms: 0 };
  return { clock, control: new LaneControl({ start: 6, max, now: () => clock.ms }) };
}
const average = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

describe('LaneControl', () => {
  it('begins with six, or with fewer where no more are allowed', () => {
    expect(start(12).control.limit).toBe(6);
    expect(start(3).control.limit).toBe(3);
  });

  it('never goes beyond what is allowed', () => {
    const { control, clock } = start(6);
    expect(Math.max(...drive(control, clock, FAR, 60))).toBe(6);
  });

  it('takes all lanes where each of them brings more', () => {
    const { control, clock } = start(12);
    const limits = drive(control, clock, FAR, 60);
    expect(limits.slice(10)).toEqual(limits.slice(10).map(() => 12));
  });

  it('takes all lanes for small files within a second, where the way is what takes time', () => {
    const { control, clock } = start(12);
    expect(drive(control, clock, SMALL_FILES, 5).slice(1)).toEqual([12, 12, 12, 12]);
  });

  it('gives lanes back that bring nothing, and tries again after a minute', () => {
    const { control, clock } = start(12);
    const limits = drive(control, clock, LAN, 58);
    expect(Math.max(...limits)).toBe(12);
    expect(limits.slice(20)).toEqual(limits.slice(20).map(() => 6));
    expect(Math.max(...drive(control, clock, LAN, 30))).toBe(12);
  });

  it('stays near what the store bears, when it says so', () => {
    const { control, clock } = start(6);
    const limits = drive(control, clock, { ...FAR, bears: 4 }, 120);
    expect(Math.max(...limits.slice(10))).toBeLessThanOrEqual(5);
    expect(average(limits.slice(10))).toBeGreaterThan(2.5);
    // It bears all of them again.
    expect(drive(control, clock, FAR, 20).at(-1)).toBe(6);
  });

  it('halves for a store that asks for less, and takes one less for a connection that broke', () => {
    const halved = start(6).control;
    halved.failed('slow-down', 0);
    expect(halved.limit).toBe(3);
    const less = start(6).control;
    less.failed('network', 0);
    expect(less.limit).toBe(5);
  });

  it.each<FailureKind>(['url-expired', 'damaged', 'file-changed', 'upload-gone', 'conflict'])(
    'does not step back for %s, which no other number of lanes would help',
    (kind) => {
      const { control } = start(6);
      control.failed(kind, 0);
      expect(control.limit).toBe(6);
    },
  );

  it('steps back once for all that was under way together', () => {
    const { control, clock } = start(6);
    clock.ms = 100;
    for (let i = 0; i < 6; i++) control.failed('slow-down', 50);
    expect(control.limit).toBe(3);
    clock.ms = 200;
    control.failed('slow-down', 150);
    expect(control.limit).toBe(1);
    clock.ms = 300;
    control.failed('slow-down', 250);
    expect(control.limit).toBe(1);
  });

  it('takes a lane a second again while requests come through', () => {
    const { control, clock } = start(6);
    control.failed('slow-down', 0);
    const limits = drive(control, clock, SMALL_FILES, 6);
    expect(limits[0]).toBe(3);
    expect(limits.at(-1)).toBe(6);
    expect(limits).toEqual([...limits].sort((a, b) => a - b));
  });

  it('tells the rate that it measured with all lanes busy, and not one with pauses in it', () => {
    const { control, clock } = start(6);
    expect(control.fullRate).toBeUndefined();
    drive(control, clock, { ...LAN, connections: 6 }, 10);
    const measured = control.fullRate;
    expect(measured?.lanes).toBe(6);
    expect(measured?.bytesPerSecond).toBeGreaterThan(20e6);
    control.occupied(false);
    clock.ms += 60_000;
    expect(control.fullRate?.bytesPerSecond).toBeGreaterThan(20e6);
  });

  it('keeps what it found out when it is told the same again', () => {
    const { control, clock } = start(12);
    drive(control, clock, SMALL_FILES, 3);
    control.setMax(12, 6);
    expect(control.limit).toBe(12);
  });

  it('learns nothing of the line from small files', () => {
    const { control, clock } = start(6);
    drive(control, clock, { ...SMALL_FILES, connections: 6 }, 10);
    expect(control.fullRate).toBeUndefined();
  });

  it('takes over a new maximum', () => {
    const { control } = start(6);
    control.setMax(2);
    expect(control.limit).toBe(2);
    control.setMax(12);
    expect(control.limit).toBe(6);
    expect(control.max).toBe(12);
  });
});
