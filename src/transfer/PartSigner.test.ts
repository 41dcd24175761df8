import { describe, expect, it, vi } from 'vitest';
import { MIB } from '../protocol/limits.ts';
import { Deferred } from './Deferred.ts';
import type { EndpointCalls } from './EndpointCalls.ts';
import { PartSigner } from './PartSigner.ts';
import type { MultipartSession } from './UploadSession.ts';

const tick = () => new Promise((resolve) => setTimeout(resolve));

/** A signer whose hashes and answers come when the test says so. */
function start(partCount: number, ahead: number, partSizeBytes = 24 * MIB) {
  const hashes = new Map<number, Deferred<string>>();
  const calls: { parts: number[]; answer: () => void }[] = [];
  const session = {
    kind: 'multipart',
    ticket: 't',
    partSizeBytes,
    signedParts: new Map(),
    storedParts: new Map(),
  } as unknown as MultipartSession;
  const sign: EndpointCalls['sign'] = async ({ parts }) => {
    const answered = new Deferred<void>();
    calls.push({ parts: parts.map(({ partNumber }) => partNumber), answer: answered.resolve });
    await answered.promise;
    const signed = parts.map(({ partNumber, checksum }) => ({
      partNumber,
      url: `u${partNumber}`,
      headers: { 'x-amz-checksum': String(checksum) },
    }));
    return { method: 'multipart', parts: signed, expiresInSeconds: 60 };
  };
  const hash = (partNumber: number) => {
    const one = hashes.get(partNumber) ?? new Deferred<string>();
    hashes.set(partNumber, one);
    return one;
  };
  const signer = new PartSigner(session, { sign } as EndpointCalls, {
    partCount,
    ahead,
    checksum: (partNumber) => hash(partNumber).promise,
    needsChecksum: () => true,
  });
  return { signer, session, calls, hashes, hash };
}

describe('PartSigner', () => {
  it('signs a part that somebody waits for as soon as it is hashed, while the others still are, and then two together', async () => {
    const { signer, calls, hashes, hash } = start(12, 4);
    const first = signer.take(1);
    const second = signer.take(2);
    const third = signer.take(3);
    await tick();
    expect([...hashes.keys()]).toEqual([1, 2]);
    expect(calls).toHaveLength(0);
    hash(1).resolve('sum');
    await tick();
    expect(calls.map(({ parts }) => parts)).toEqual([[1]]);
    // A call that takes long is worth a while.
    vi.spyOn(performance, 'now').mockReturnValueOnce(performance.now() + 60_000);
    calls[0]?.answer();
    expect((await first).signed.url).toBe('u1');
    hash(2).resolve('sum');
    await tick();
    expect(calls).toHaveLength(1);
    hash(3).resolve('sum');
    await tick();
    expect(calls[1]?.parts).toEqual([2, 3]);
    calls[1]?.answer();
    expect((await second).signed.url).toBe('u2');
    expect((await third).signed.url).toBe('u3');
  });

  it('does not wait for what nobody waits for', async () => {
    const { signer, calls, hash } = start(12, 4);
    hash(1).resolve('sum');
    const first = signer.take(1);
    await tick();
    vi.spyOn(performance, 'now').mockReturnValueOnce(performance.now() + 60_000);
    calls[0]?.answer();
    await first;
    const second = signer.take(2);
    hash(2).resolve('sum');
    await tick();
    expect(calls[1]?.parts).toEqual([2]);
    calls[1]?.answer();
    expect((await second).signed.url).toBe('u2');
  });

  it('does not wait for another part to be hashed for longer than half a call takes', async () => {
    const { signer, calls, hash } = start(12, 4);
    hash(1).resolve('sum');
    const first = signer.take(1);
    await tick();
    calls[0]?.answer();
    await first;
    const second = signer.take(2);
    await tick();
    expect(calls).toHaveLength(1);
    hash(2).resolve('sum');
    await vi.waitFor(() => expect(calls[1]?.parts).toEqual([2]));
    calls[1]?.answer();
    expect((await second).signed.url).toBe('u2');
  });

  it('signs several small parts in one call, since they are hashed in no time', async () => {
    const { signer, calls, hash } = start(6, 12, 5 * MIB);
    const taken = [1, 2, 3, 4, 5, 6].map((n) => signer.take(n));
    hash(6).resolve('sum');
    await tick();
    expect(calls).toHaveLength(0);
    for (const n of [1, 2, 3, 4, 5]) hash(n).resolve('sum');
    await tick();
    expect(calls.map(({ parts }) => parts)).toEqual([[6, 1, 2, 3, 4, 5]]);
    calls[0]?.answer();
    await Promise.all(taken);
  });

  it('signs in one call what was hashed by then', async () => {
    const { signer, calls, hash } = start(12, 6);
    for (const n of [1, 2, 3]) hash(n).resolve('sum');
    const taken = [1, 2, 3].map((n) => signer.take(n));
    await tick();
    expect(calls.map(({ parts }) => parts)).toEqual([[1, 2, 3]]);
    calls[0]?.answer();
    await Promise.all(taken);
  });

  it('waits for a whole window where nobody waits for it', async () => {
    const { signer, session, calls, hash } = start(12, 4);
    for (const n of [1, 2]) hash(n).resolve('sum');
    const taken = signer.take(1);
    await tick();
    calls[0]?.answer();
    await taken;
    await tick();
    hash(3).resolve('sum');
    await tick();
    expect(calls).toHaveLength(1);
    for (const n of [4, 5, 6]) hash(n).resolve('sum');
    await tick();
    expect(calls[1]?.parts).toEqual([3, 4, 5, 6]);
    calls[1]?.answer();
    await tick();
    expect([...session.signedParts.keys()]).toEqual([2, 3, 4, 5, 6]);
  });

  it('hurries when somebody comes to wait', async () => {
    const { signer, calls, hash } = start(12, 4);
    for (const n of [1, 2, 3]) hash(n).resolve('sum');
    const first = signer.take(1);
    await tick();
    calls[0]?.answer();
    await first;
    await tick();
    expect(calls).toHaveLength(1);
    const third = signer.take(3);
    hash(4).resolve('sum');
    await tick();
    expect(calls[1]?.parts).toEqual([3, 4]);
    calls[1]?.answer();
    expect((await third).signed.url).toBe('u3');
  });

  it('tells all who wait that the file cannot be read, and asks anew afterwards', async () => {
    const { signer, calls, hashes, hash } = start(12, 4);
    const waiting = [signer.take(1), signer.take(2)];
    hash(1).reject(new Error('unreadable'));
    for (const one of waiting) await expect(one).rejects.toThrow('unreadable');
    hashes.clear();
    for (const n of [1, 2, 3, 4]) hash(n).resolve('sum');
    const taken = signer.take(1);
    await tick();
    calls[0]?.answer();
    expect((await taken).signed.url).toBe('u1');
  });
});
