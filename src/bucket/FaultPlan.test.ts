import { describe, expect, it } from 'vitest';
import { FaultPlan, type FaultRule, type FaultSubject } from './FaultPlan.ts';

const part = (partNumber: number): FaultSubject => ({
  operation: 'UploadPart',
  key: 'a/film.mp4',
  partNumber,
});
const planOf = (...rules: FaultRule[]) => {
  const plan = new FaultPlan();
  for (const rule of rules) plan.add(rule);
  return plan;
};
const kinds = (plan: FaultPlan, subject: FaultSubject) => plan.strike(subject).kinds;

describe('FaultPlan', () => {
  it('strikes only what fits by operation, key and part number', () => {
    const plan = planOf({ fault: 'status-500', operation: 'UploadPart', key: 'film', partNumber: 2 });
    expect(kinds(plan, part(1))).toEqual([]);
    expect(kinds(plan, { ...part(2), key: 'a/photo.png' })).toEqual([]);
    expect(kinds(plan, { ...part(2), operation: 'PutObject' })).toEqual([]);
    expect(kinds(plan, part(2))).toEqual(['status-500']);
  });

  it('skips, then strikes so many times, and counts', () => {
    const plan = new FaultPlan();
    const id = plan.add({ fault: 'slow-down', skip: 1, times: 2 });
    const seen = [1, 2, 3, 4].map((number) => kinds(plan, part(number)).length);
    expect(seen).toEqual([0, 1, 1, 0]);
    expect([plan.fired(id), plan.fired('slow-down'), plan.fired('stall'), plan.fired()]).toEqual([
      2, 2, 0, 2,
    ]);
    expect(plan.list()).toEqual([{ id, fault: 'slow-down', skip: 1, times: 2, fired: 2 }]);
  });

  it('breaks a request in one way only, in the order of the rules', () => {
    const plan = planOf({ fault: 'status-500', times: 1 }, { fault: 'slow-down', times: 1 });
    expect(plan.strike(part(1)).breaking?.fault).toBe('status-500');
    expect(plan.strike(part(1)).breaking?.fault).toBe('slow-down');
    expect(plan.strike(part(1)).breaking).toBeUndefined();
  });

  it('lets what only changes the answer come together with what breaks it', () => {
    const plan = planOf(
      { fault: 'delay', delayMs: 100 },
      { fault: 'delay', delayMs: 50 },
      { fault: 'hide-etag' },
      { fault: 'lost-answer' },
    );
    expect(plan.strike(part(1))).toMatchObject({
      delayMs: 150,
      hideExpose: true,
      noCors: false,
      breaking: { fault: 'lost-answer' },
    });
  });

  it('touches a preflight only when it is meant, or when the CORS of what follows is to fail', () => {
    const preflight: FaultSubject = { operation: 'Preflight', announced: 'UploadPart', key: 'x' };
    expect(kinds(planOf({ fault: 'status-500' }), preflight)).toEqual([]);
    expect(kinds(planOf({ fault: 'status-500', operation: 'Preflight' }), preflight)).toEqual(['status-500']);
    expect(kinds(planOf({ fault: 'no-cors', operation: 'UploadPart' }), preflight)).toEqual(['no-cors']);
    expect(kinds(planOf({ fault: 'no-cors', operation: 'PutObject' }), preflight)).toEqual([]);
    expect(kinds(planOf({ fault: 'no-cors' }), preflight)).toEqual(['no-cors']);
  });

  it('drops what a browser would send again unseen, and does not count it', () => {
    const plan = planOf({ fault: 'lost-answer', times: 1 }, { fault: 'slow-down', times: 1 });
    const again = { ...part(1), resends: true };
    expect([plan.strike(again), plan.strike(again)]).toMatchObject([{ drop: true }, { drop: true }]);
    expect(plan.fired()).toBe(0);
    expect(plan.strike(part(1))).toMatchObject({ drop: false, breaking: { fault: 'lost-answer' } });
    expect(plan.strike(again)).toMatchObject({ drop: false, breaking: { fault: 'slow-down' } });
  });

  it('forgets rules that are taken back', () => {
    const plan = new FaultPlan();
    const id = plan.add({ fault: 'stall' });
    expect([plan.remove(id), plan.remove(id)]).toEqual([true, false]);
    plan.add({ fault: 'stall' });
    plan.strike(part(1));
    plan.clear();
    expect([plan.list(), plan.fired(), kinds(plan, part(1))]).toEqual([[], 0, []]);
  });
});
