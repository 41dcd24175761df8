import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throttle } from '../faults/Throttle.ts';
import { openBody } from './openBody.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fakeIncoming(): PassThrough & IncomingMessage {
  return Object.assign(new PassThrough(), { socket: new PassThrough() }) as never;
}

describe('openBody', () => {
  it('passes the bytes on and counts them', async () => {
    const incoming = fakeIncoming();
    incoming.write('hello');
    incoming.end(' world');
    const counts: number[] = [];
    const chunks: Buffer[] = [];
    for await (const chunk of openBody(incoming, new Throttle(), (bytes) => counts.push(bytes)))
      chunks.push(chunk);
    const sum = counts.reduce((total, count) => total + count, 0);
    expect([Buffer.concat(chunks).toString(), sum, vi.getTimerCount()]).toEqual(['hello world', 11, 0]);
  });

  it('gives up on a sender that is silent for 30 seconds', async () => {
    const incoming = fakeIncoming();
    const body = openBody(incoming, new Throttle(), () => undefined);
    incoming.write('a');
    await body.next();
    const next = body.next();
    const outcome = expect(next).rejects.toMatchObject({ code: 'RequestTimeout' });
    await vi.advanceTimersByTimeAsync(30_000);
    await outcome;
  });

  it('does not take its own slowness for the silence of the sender', async () => {
    const incoming = fakeIncoming();
    const body = openBody(incoming, new Throttle(), () => undefined);
    incoming.write('a');
    await body.next();
    await vi.advanceTimersByTimeAsync(60_000);
    incoming.end('b');
    expect((await body.next()).value?.toString()).toBe('b');
  });

  it('takes a connection that breaks for lost', async () => {
    const incoming = fakeIncoming();
    const body = openBody(incoming, new Throttle(), () => undefined);
    incoming.write('a');
    await body.next();
    incoming.destroy(new Error('aborted'));
    await expect(body.next()).rejects.toMatchObject({ name: 'ConnectionLost' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets go of the stream when its reader stops early', async () => {
    const incoming = fakeIncoming();
    incoming.write('a');
    for await (const _ of openBody(incoming, new Throttle(), () => undefined)) break;
    incoming.write('b');
    await vi.advanceTimersByTimeAsync(0);
    expect([incoming.destroyed, vi.getTimerCount()]).toEqual([false, 0]);
  });
});
