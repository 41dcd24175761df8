import { expect, test } from 'vitest';
import { planRun } from './planRun.ts';

const SEEDS = Array.from({ length: 400 }, (_, index) => index + 1);

test('a seed always gives the same plan, and another seed another', () => {
  const plans = SEEDS.map((seed) => JSON.stringify(planRun(seed, 'local')));
  expect(SEEDS.map((seed) => JSON.stringify(planRun(seed, 'local')))).toEqual(plans);
  expect(new Set(plans).size).toBe(SEEDS.length);
});

test('files are from 1 KB to 200 MB, the small ones as likely as the large ones', () => {
  const sizes = SEEDS.flatMap((seed) => planRun(seed, 'local').files.map(({ sizeBytes }) => sizeBytes));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(200_000_000);
  const below = (bytes: number) => sizes.filter((size) => size < bytes).length / sizes.length;
  expect(below(10_000)).toBeCloseTo(Math.log(10) / Math.log(200_000), 1);
  expect(below(10_000_000)).toBeCloseTo(Math.log(10_000) / Math.log(200_000), 1);
});

test('each kind of trouble comes up, on either side', () => {
  const plans = SEEDS.map((seed) => planRun(seed, 'ceph'));
  const spells = new Set(plans.flatMap((plan) => plan.spells.map(({ kind }) => kind)));
  expect([...spells].sort()).toEqual([
    'bucket-down',
    'endpoint-down',
    'kill-browser',
    'kill-store',
    'offline',
    'pause',
    'reload',
    'restart-endpoint',
    'slow-line',
  ]);
  const kinds = (side: 'bucket' | 'endpoint') => {
    const faults = plans.flatMap((plan) => plan.requestFaults).filter((fault) => fault.side === side);
    return [...new Set(faults.map(({ fault }) => fault.kind))].sort();
  };
  expect(kinds('bucket')).toEqual(['answer', 'damage', 'lost-answer', 'reset', 'stall']);
  expect(kinds('endpoint')).toEqual(['answer', 'delay', 'lost-answer', 'unreachable']);
  expect(new Set(plans.map(({ face }) => face)).size).toBe(3);
  expect(plans.some(({ clocks }) => clocks.endpointMs !== 0 && clocks.browserMs !== 0)).toBe(true);
});

test('a radosgw is killed only where there is one, and no clock is wrong while URLs live for seconds', () => {
  const plans = SEEDS.map((seed) => planRun(seed, 'local'));
  expect(plans.some(({ spells }) => spells.some(({ kind }) => kind === 'kill-store'))).toBe(false);
  const shortLived = plans.filter(({ policy }) => policy.urlExpiresInSeconds !== undefined);
  expect(shortLived.length).toBeGreaterThan(20);
  for (const { clocks } of shortLived) expect([clocks.endpointMs, clocks.bucketMs]).toEqual([0, 0]);
});
