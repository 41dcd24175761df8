import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RetryOptions } from './backoffDelay.ts';
import type { Trouble } from './Outages.ts';
import { Transfer } from './Transfer.ts';
import { FakeWorld } from './testing/FakeWorld.ts';
import { fakeFile as file } from './testing/fakeFile.ts';
import { partOf } from './testing/partOf.ts';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.install();
});
afterEach(() => vi.unstubAllGlobals());

const RETRY = { attempts: 3, minDelayMs: 1, maxDelayMs: 4, outageLimitMs: 60_000 };
function start(retry: Partial<RetryOptions> = {}) {
  const troubles: (Trouble | undefined)[] = [];
  const transfer = new Transfer({
    endpoint: '/api/uploads',
    retry: { ...RETRY, ...retry },
    onTrouble: (trouble) => troubles.push(trouble),
  });
  return { transfer, troubles };
}
const codeOf = (finished: Promise<unknown>) =>
  finished.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
const s3Error = (status: number, name: string) => ({ status, body: `<Error><Code>${name}</Code></Error>` });

describe.each([
  ['unreachable', { status: 0 }],
  ['overloaded', s3Error(503, 'SlowDown')],
  ['broken', s3Error(500, 'InternalError')],
])('a bucket that is %s', (_, answer) => {
  it('after it has worked uses up no attempts, and all go on when it is back', async () => {
    let isDead = false;
    world.answer = () => (isDead ? answer : undefined);
    const { transfer, troubles } = start();
    await transfer.add(file(42)).finished;
    isDead = true;
    const uploads = Array.from({ length: 20 }, () => transfer.add(file(105)));
    const before = world.requests.length;
    setTimeout(() => {
      isDead = false;
    }, 300);
    const outcomes = uploads.map((upload) => codeOf(upload.finished));
    await new Promise((resolve) => setTimeout(resolve, 250));
    // One at a time, 2 to 4 ms and the fake's own time apart, where six lanes would send some hundreds.
    expect(world.requests.length - before).toBeLessThanOrEqual(6 + 6 + 125);
    expect(await Promise.all(outcomes)).toEqual(Array(20).fill('done'));
    expect(troubles).toEqual(['bucket', undefined]);
  });

  it('from the start fails all files together, after the attempts of one', async () => {
    world.answer = () => answer;
    const { transfer, troubles } = start();
    const uploads = Array.from({ length: 400 }, () => transfer.add(file(42)));
    const outcomes = await Promise.all(uploads.map((upload) => codeOf(upload.finished)));
    expect(new Set(outcomes).size).toBe(1);
    expect(outcomes[0]).toMatch(/^bucket-/);
    expect(world.requests.length).toBeLessThanOrEqual(6 + 6 + 3);
    expect(troubles).toEqual(['bucket', undefined]);
    world.answer = () => undefined;
    for (const upload of uploads) upload.retry();
    expect(await Promise.all(uploads.map((upload) => codeOf(upload.finished)))).toEqual(
      Array(400).fill('done'),
    );
  });

  it('for too long is given up', async () => {
    let isDead = false;
    world.answer = () => (isDead ? answer : undefined);
    const { transfer } = start({ outageLimitMs: 50 });
    await transfer.add(file(42)).finished;
    isDead = true;
    const outcomes = [1, 2, 3].map(() => codeOf(transfer.add(file(105)).finished));
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatch(/^bucket-/);
  });
});

it('an endpoint that is down after it has worked uses up no attempts', async () => {
  let isDown = false;
  world.endpoint = () => (isDown ? new TypeError('Failed to fetch') : undefined);
  const { transfer, troubles } = start();
  await transfer.add(file(42)).finished;
  isDown = true;
  const uploads = Array.from({ length: 20 }, () => transfer.add(file(105)));
  const before = world.calls.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(world.calls.length - before).toBeLessThanOrEqual(110);
  isDown = false;
  expect(await Promise.all(uploads.map((upload) => codeOf(upload.finished)))).toEqual(Array(20).fill('done'));
  expect(troubles).toEqual(['endpoint', undefined]);
});

it('one file for which the store has no time is asked for again, while the others are done', async () => {
  world.endpoint = (call, body, nth) => {
    if (call !== 'complete' || nth > 1) return undefined;
    const uploads = body.uploads.map((one: { ticket: string }, index: number) =>
      index === 0
        ? { ok: false, error: { code: 'store-unavailable', message: 'later' } }
        : {
            ok: true,
            object: { key: one.ticket, sizeBytes: 42, etag: 'e', type: 'x/y', receipt: 'r' },
          },
    );
    return { status: 200, body: { uploads } };
  };
  const { transfer } = start();
  const uploads = [1, 2, 3].map(() => transfer.add(file(42)));
  expect(await Promise.all(uploads.map((upload) => codeOf(upload.finished)))).toEqual(Array(3).fill('done'));
});

it('one request that always fails, while others succeed, is given up after its attempts', async () => {
  world.answer = ({ url }) => (partOf(url) === 3 ? s3Error(500, 'InternalError') : undefined);
  const { transfer } = start();
  const bad = transfer.add(file(105));
  const good: Promise<unknown>[] = [];
  const adding = setInterval(() => good.push(transfer.add(file(5)).finished), 2);
  expect(await codeOf(bad.finished)).toBe('bucket-failed');
  clearInterval(adding);
  await Promise.all(good);
  expect(world.requests.filter((one) => partOf(one.url) === 3).length).toBeLessThan(20);
});

it('one URL that has expired lets all that are as old be signed anew before they are used', async () => {
  let over = 0;
  const ageOf = (url: string) => Number(new URL(url).searchParams.get('s'));
  const signedSoFar = () => {
    const [begun] = world.calls.filter((one) => one.call === 'uploads');
    const later = world.calls.filter((one) => one.call === 'parts').map((one) => one.body.uploads[0].parts);
    return begun?.body.files[0].firstParts + later.flat().length;
  };
  world.answer = ({ url }, nth) => {
    if (nth === 10) over = signedSoFar();
    return nth >= 10 && ageOf(url) <= over ? s3Error(403, 'RequestTimeTooSkewed') : undefined;
  };
  const { transfer } = start();
  await transfer.add(file(2_000)).finished;
  const refused = world.requests.length - 200;
  expect(over).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(0);
  // Those that the lanes had in their hands, of all that had been signed ahead.
  expect(refused).toBeLessThanOrEqual(6);
});

describe('a part whose answer was lost', () => {
  const lose = (parts: { partNumber: number; etag: string; sizeBytes: number }[]) => {
    let lost = false;
    world.answer = ({ url }) => {
      if (partOf(url) !== 3 || lost) return undefined;
      lost = true;
      return { status: 0 };
    };
    world.endpoint = (call) => (call === 'uploaded-parts' ? { status: 200, body: { parts } } : undefined);
  };

  it.each([
    ['is not sent again if the bucket has it', [{ partNumber: 3, etag: 'e3', sizeBytes: 10 }], 1],
    ['is sent again if the bucket does not have it', [{ partNumber: 2, etag: 'e2', sizeBytes: 10 }], 2],
    ['is sent again if the bucket has another length of it', [{ partNumber: 3, etag: 'x', sizeBytes: 9 }], 2],
  ])('%s', async (_, parts, sent) => {
    lose(parts);
    const { transfer } = start();
    await transfer.add(file(105)).finished;
    expect(world.requests.filter((one) => partOf(one.url) === 3)).toHaveLength(sent);
    expect(world.count('uploaded-parts')).toBe(1);
    const named = world.calls.at(-1)?.body.uploads[0].parts[2];
    expect(named.etag).toBe(sent === 1 ? 'e3' : 'e');
  });

  it('is sent again if the endpoint cannot tell', async () => {
    lose([]);
    world.endpoint = (call) =>
      call === 'uploaded-parts'
        ? { status: 400, body: { error: { code: 'bad-request', message: 'no' } } }
        : undefined;
    const { transfer } = start();
    await transfer.add(file(105)).finished;
    expect(world.requests.filter((one) => partOf(one.url) === 3)).toHaveLength(2);
  });
});

it('a complete for which a part is missing sends that part again, and nothing else', async () => {
  world.endpoint = (call, _body, nth) => {
    if (call === 'complete' && nth === 1)
      return { status: 409, body: { error: { code: 'part-refused', message: 'InvalidPart' } } };
    if (call !== 'uploaded-parts') return undefined;
    const held = Array.from({ length: 11 }, (_, i) => i + 1).filter((n) => n !== 4);
    const parts = held.map((partNumber) => ({
      partNumber,
      etag: 'e',
      sizeBytes: partNumber === 11 ? 5 : 10,
    }));
    return { status: 200, body: { parts } };
  };
  const { transfer } = start();
  await transfer.add(file(105)).finished;
  expect(world.requests).toHaveLength(12);
  expect(world.requests.filter((one) => partOf(one.url) === 4)).toHaveLength(2);
  expect(world.count('uploads')).toBe(1);
});
