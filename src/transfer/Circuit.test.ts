import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Circuit, type Pass } from './Circuit.ts';
import { sleep } from './sleep.ts';

const MINUTE_MS = 60_000;
const RETRY = { attempts: 6, minDelayMs: 500, maxDelayMs: 15_000, outageLimitMs: 10 * MINUTE_MS };
const never = new AbortController().signal;

let onLine = true;
beforeEach(() => {
  onLine = true;
  vi.useFakeTimers();
  vi.stubGlobal('navigator', {
    get onLine() {
      return onLine;
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The same numbers each time: https://en.wikipedia.org/wiki/Mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function create(random = seeded(1), retry = RETRY) {
  const seen = { changes: 0, givenUp: [] as unknown[] };
  const circuit = new Circuit({
    retry: () => retry,
    random,
    onChange: () => seen.changes++,
    onGiveUp: (failure) => seen.givenUp.push(failure),
  });
  return { circuit, seen };
}

/** It has worked before. */
async function warmUp(circuit: Circuit): Promise<void> {
  (await circuit.enter(never)).succeeded();
}

async function open(circuit: Circuit): Promise<void> {
  for (let failures = 0; failures < 3; failures++) (await circuit.enter(never)).failed();
}

/** Six lanes that send without end to a server that is dead for some time, each request taking a moment. */
function sendFromSixLanes(circuit: Circuit, isDead: () => boolean, signal: AbortSignal) {
  const requests: number[] = [];
  const lane = async () => {
    for (;;) {
      const pass = await circuit.enter(signal);
      requests.push(Date.now());
      await sleep(20, signal);
      if (isDead()) pass.failed();
      else pass.succeeded();
    }
  };
  for (let lanes = 0; lanes < 6; lanes++) lane().catch(() => {});
  return requests;
}

describe('a circuit', () => {
  it('lets everybody pass while requests succeed, and a failure now and then', async () => {
    const { circuit } = create();
    for (let n = 0; n < 20; n++) {
      const pass = await circuit.enter(never);
      if (n % 3 === 0) pass.succeeded();
      else pass.failed();
    }
    expect(circuit.isOpen).toBe(false);
  });

  it('opens after three failures in a row', async () => {
    const { circuit, seen } = create();
    await open(circuit);
    expect(circuit.isOpen).toBe(true);
    expect(seen.changes).toBe(1);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'lets few requests reach a server that is dead for a minute, and all go on then (seed %i)',
    async (seed) => {
      const { circuit, seen } = create(seeded(seed));
      await warmUp(circuit);
      const stop = new AbortController();
      const diedAt = Date.now();
      const isDead = () => Date.now() < diedAt + MINUTE_MS;
      const requests = sendFromSixLanes(circuit, isDead, stop.signal);
      await vi.advanceTimersByTimeAsync(MINUTE_MS - 1);
      // The six that were under way, and the tries: 0.5, 1, 2, 4, 8, 15, 15, … seconds apart, or down to half of it.
      expect(requests.length).toBeLessThanOrEqual(6 + 6 + 12);
      expect(requests.length).toBeGreaterThan(6 + 6);
      expect(seen.givenUp).toEqual([]);
      await vi.advanceTimersByTimeAsync(RETRY.maxDelayMs + 20);
      const before = requests.length;
      await vi.advanceTimersByTimeAsync(1_000);
      expect(circuit.isOpen).toBe(false);
      expect(requests.length - before).toBeGreaterThan(6 * 40);
      stop.abort();
    },
  );

  it('sends no more than eight requests a minute once the outage lasts', async () => {
    const { circuit } = create();
    await warmUp(circuit);
    const stop = new AbortController();
    const requests = sendFromSixLanes(circuit, () => true, stop.signal);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    const before = requests.length;
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect((requests.length - before) / 5).toBeLessThanOrEqual(8);
    stop.abort();
  });

  it('lets one try at a time, and each in its turn', async () => {
    const { circuit } = create();
    await warmUp(circuit);
    await open(circuit);
    const tries: string[] = [];
    const passes: Pass[] = [];
    for (const name of ['a', 'b', 'c'])
      void circuit.enter(never).then((pass) => {
        tries.push(name);
        passes.push(pass);
      });
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(tries).toEqual(['a']);
    passes[0]?.failed();
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(tries).toEqual(['a', 'b']);
    passes[1]?.succeeded();
    await vi.advanceTimersByTimeAsync(0);
    expect(tries).toEqual(['a', 'b', 'c']);
  });

  it('lets the next one try when the first was stopped', async () => {
    const { circuit } = create();
    await warmUp(circuit);
    await open(circuit);
    const first = circuit.enter(never);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    const second = circuit.enter(never);
    (await first).stopped();
    await second;
  });

  it('closes when the server answers at all', async () => {
    const { circuit } = create();
    await open(circuit);
    const pass = circuit.enter(never);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    (await pass).answered();
    expect(circuit.isOpen).toBe(false);
  });

  it('waits as long as the server says', async () => {
    const { circuit } = create();
    await warmUp(circuit);
    for (let n = 0; n < 3; n++) (await circuit.enter(never)).failed(40);
    let entered = false;
    void circuit.enter(never).then(() => {
      entered = true;
    });
    await vi.advanceTimersByTimeAsync(39_000);
    expect(entered).toBe(false);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(entered).toBe(true);
  });

  it('is patient with a server that has worked before, for so long and no longer', async () => {
    const { circuit } = create();
    await open(circuit);
    expect(circuit.isPatient).toBe(false);
    const other = create().circuit;
    await warmUp(other);
    await open(other);
    expect(other.isPatient).toBe(true);
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    expect(other.isPatient).toBe(false);
  });

  it('is hopeless where it has never worked, after the attempts of one; where it has, after its time', async () => {
    const { circuit } = create();
    await open(circuit);
    for (let probes = 2; probes <= RETRY.attempts; probes++) {
      expect(circuit.isHopeless).toBe(false);
      const pass = circuit.enter(never);
      await vi.advanceTimersByTimeAsync(MINUTE_MS);
      (await pass).failed();
    }
    expect(circuit.isHopeless).toBe(true);
    const other = create().circuit;
    await warmUp(other);
    await open(other);
    await vi.advanceTimersByTimeAsync(9 * MINUTE_MS);
    expect(other.isHopeless).toBe(false);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(other.isHopeless).toBe(true);
  });

  it('tells all who wait the same when it is given up, and those right behind them', async () => {
    const { circuit, seen } = create();
    await open(circuit);
    const waiting = [circuit.enter(never), circuit.enter(never)].map((one) => one.catch((error) => error));
    const reason = new Error('too long');
    circuit.giveUp(reason);
    expect(await Promise.all(waiting)).toEqual([reason, reason]);
    await expect(circuit.enter(never)).rejects.toBe(reason);
    expect(seen.givenUp).toEqual([reason]);
    circuit.reset();
    await circuit.enter(never);
  });

  it('forgets who gave up after a while', async () => {
    const { circuit } = create();
    await open(circuit);
    circuit.giveUp(new Error('too long'));
    await vi.advanceTimersByTimeAsync(10_000);
    await circuit.enter(never);
  });

  it('opens at the first failure without a line, hardly tries, and does so at once when the line is back', async () => {
    const { circuit } = create();
    onLine = false;
    (await circuit.enter(never)).failed();
    expect(circuit.isOpen).toBe(true);
    expect(circuit.isPatient).toBe(true);
    const stop = new AbortController();
    const requests = sendFromSixLanes(circuit, () => !onLine, stop.signal);
    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(requests.length).toBeLessThanOrEqual(60);
    expect(circuit.isPatient).toBe(true);
    onLine = true;
    circuit.probeNow();
    const before = requests.length;
    await vi.advanceTimersByTimeAsync(100);
    expect(requests.length).toBeGreaterThan(before + 6);
    stop.abort();
  });

  it('lets go of who is stopped while waiting', async () => {
    const { circuit } = create();
    await warmUp(circuit);
    await open(circuit);
    const stop = new AbortController();
    const waiting = circuit.enter(stop.signal);
    stop.abort(new Error('paused'));
    await expect(waiting).rejects.toThrow('paused');
    expect(vi.getTimerCount()).toBe(1);
    circuit.destroy();
    expect(vi.getTimerCount()).toBe(0);
  });
});
