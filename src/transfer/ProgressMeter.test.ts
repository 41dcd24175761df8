import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgressMeter } from './ProgressMeter.ts';

describe('ProgressMeter', () => {
  it('adds up what is stored and what flies', () => {
    const meter = new ProgressMeter(100);
    meter.move(1, 10);
    meter.move(2, 20);
    expect(meter.sentBytes).toBe(30);
    meter.store(1, 50);
    expect(meter.sentBytes).toBe(70);
    expect(meter.storedBytes).toBe(50);
  });

  it('stands still, not backwards, when a request fails, until the truth has caught up', () => {
    const meter = new ProgressMeter(100);
    meter.move(1, 40);
    meter.drop(1);
    expect(meter.sentBytes).toBe(40);
    meter.move(1, 30);
    expect(meter.sentBytes).toBe(40);
    meter.move(1, 50);
    expect(meter.sentBytes).toBe(50);
  });

  it('begins at zero when all is lost', () => {
    const meter = new ProgressMeter(100);
    meter.store(1, 60);
    meter.reset();
    expect(meter.sentBytes).toBe(0);
  });

  it('never runs backwards and never beyond the size, whatever happens', () => {
    const step = fc.tuple(
      fc.constantFrom('move', 'drop', 'store'),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 25 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const meter = new ProgressMeter(100);
        let before = 0;
        for (const [what, request, bytes] of steps) {
          if (what === 'move') meter.move(request, bytes);
          else if (what === 'store') meter.store(request, bytes);
          else meter.drop(request);
          expect(meter.sentBytes).toBeGreaterThanOrEqual(before);
          expect(meter.sentBytes).toBeLessThanOrEqual(100);
          before = meter.sentBytes;
        }
      }),
    );
  });
});
