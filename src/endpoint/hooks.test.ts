// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { startBucket } from '../bucket/startBucket.ts';
import { BucketDropError } from '../protocol/BucketDropError.ts';
import { ConfigAnswer } from '../protocol/messages.ts';
import { DEFAULT_RETRY } from '../transfer/backoffDelay.ts';
import { EndpointClient } from '../transfer/EndpointClient.ts';
import { toNodeListener } from './adapters/node.ts';
import type { Completions } from './Completions.ts';
import { MemoryCompletions } from './MemoryCompletions.ts';
import { EndpointUnderTest, FILE } from './testing/EndpointUnderTest.ts';
import { complete, provideStore, uploadText } from './testing/provideStore.ts';
import { sendSingle } from './testing/sendFile.ts';

const server = provideStore(startBucket);
const site = (options: Record<string, unknown> = {}) =>
  new EndpointUnderTest({ store: server.options(), ...options });
const HELLO = new TextEncoder().encode('hello');
/** A file that lies in the bucket and is not completed. */
const sent = async (endpoint: EndpointUnderTest) => {
  const upload = await endpoint.announce();
  await sendSingle(upload, HELLO);
  return upload;
};

describe('onCreate', () => {
  test('adds metadata, tags and a piece of the key, over what the browser says', async () => {
    const asked: any[] = [];
    const endpoint = site({
      uploads: { prefix: 'in/', metadata: ['album'], tags: { from: 'policy', kept: 'yes' } },
      onCreate: async (upload: any) => {
        asked.push(upload);
        return { metadata: { Owner: 'ann', album: 'hers' }, tags: { from: 'hook' }, prefix: 'ann/' };
      },
    });
    const { upload } = await uploadText(endpoint, 'hello', { metadata: { album: 'his' } });
    expect(upload.key).toMatch(/^in\/ann\/[0-9a-f-]{36}\/photo\.jpg$/);
    expect((await server.head(upload.key)).Metadata).toEqual({ owner: 'ann', album: 'hers' });
    expect(await server.tags(upload.key)).toEqual({ from: 'hook', kept: 'yes' });
    expect(asked).toEqual([
      {
        file: { name: 'photo.jpg', sizeBytes: 5, type: 'image/jpeg', kind: null, metadata: { album: 'his' } },
        kind: null,
        user: null,
      },
    ]);
  });

  test('may choose the whole key, which is checked as any other', async () => {
    const key = async (wanted: string) => site({ onCreate: () => ({ key: wanted }) }).announce();
    expect((await key('x/y.txt')).key).toBe('x/y.txt');
    expect((await key('../y.txt')).error.code).toBe('name-not-allowed');
  });

  test('refuses a file by throwing, and nothing is signed for it', async () => {
    const endpoint = site({
      onCreate: ({ file }: any) => {
        if (file.name === 'bad')
          throw new BucketDropError('file-refused', 'not this one', { hint: 'Another.' });
        if (file.name === 'bug') throw new TypeError('a secret inside');
      },
    });
    expect(await endpoint.announce({ name: 'bad' })).toMatchObject({
      ok: false,
      error: { code: 'file-refused', message: 'not this one', hint: 'Another.' },
    });
    const bug = await endpoint.post('uploads', { files: [{ ...FILE, name: 'bug' }] });
    expect([bug.status, bug.text.includes('secret')]).toEqual([500, false]);
  });
});

describe('onUploaded', () => {
  test('is told all of it, and what it returns reaches the browser', async () => {
    const told: any[] = [];
    const endpoint = site({
      uploads: { kinds: { photo: {} } },
      authorize: () => ({ id: 'ann', name: 'Ann' }),
      onUploaded: async (upload: any) => {
        told.push(upload);
        return { row: 7 };
      },
    });
    const { done } = await uploadText(endpoint, 'hello', { kind: 'photo', metadata: { a: 'é' } });
    expect(done.object.data).toEqual({ row: 7 });
    expect(told).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        kind: 'photo',
        bucket: 'uploads',
        key: done.object.key,
        sizeBytes: 5,
        etag: '5d41402abc4b2a76b9719d911017c592',
        type: 'image/jpeg',
        metadata: { a: 'é' },
        receipt: done.object.receipt,
        user: { id: 'ann', name: 'Ann' },
      },
    ]);
    expect(await endpoint.endpoint.verifyReceipt(done.object.receipt)).toMatchObject({ kind: 'photo' });
  });

  test('runs once for calls that are repeated, one after the other and at the same time', async () => {
    const hook = vi.fn(async () => {
      await sleep(50);
      return { row: hook.mock.calls.length };
    });
    const endpoint = site({ onUploaded: hook });
    const upload = await sent(endpoint);
    const together = await Promise.all(Array.from({ length: 10 }, () => complete(endpoint, upload)));
    const later = await complete(endpoint, upload);
    expect(hook).toHaveBeenCalledTimes(1);
    expect(new Set([...together, later].map((one) => JSON.stringify(one))).size).toBe(1);
    expect(later.object.data).toEqual({ row: 1 });
  });

  test('may move the object away: who asks again is told what was told before', async () => {
    const endpoint = site({
      onUploaded: async ({ key }: { key: string }) => {
        await server.remove(key);
        return 'moved';
      },
    });
    const { upload, done } = await uploadText(endpoint, 'hello');
    expect(done.object.data).toBe('moved');
    expect(await complete(endpoint, upload)).toEqual(done);
  });

  test('runs again where it has thrown, for each who waited and for the next one', async () => {
    const hook = vi.fn(async () => {
      await sleep(20);
      if (hook.mock.calls.length === 1) throw new BucketDropError('file-refused', 'not now');
      return 'second';
    });
    const endpoint = site({ onUploaded: hook });
    const upload = await sent(endpoint);
    const both = await Promise.all([complete(endpoint, upload), complete(endpoint, upload)]);
    expect(both.map((one) => one.error?.code)).toEqual(['file-refused', 'file-refused']);
    expect((await complete(endpoint, upload)).object.data).toBe('second');
    expect(hook).toHaveBeenCalledTimes(2);
  });

  test('is not told of an object that is not there, nor to somebody else', async () => {
    const hook = vi.fn();
    const endpoint = site({
      onUploaded: hook,
      authorize: (request: Request) => ({ id: request.headers.get('x-user') ?? 'ann' }),
    });
    const upload = await endpoint.announce();
    expect((await complete(endpoint, upload)).error.code).toBe('object-missing');
    await sendSingle(upload, HELLO);
    await complete(endpoint, upload);
    const other = await endpoint.post(
      'complete',
      { uploads: [{ ticket: upload.ticket }] },
      { 'x-user': 'eve' },
    );
    expect([other.status, other.body.error.code]).toEqual([403, 'ticket-invalid']);
    expect(hook).toHaveBeenCalledTimes(1);
  });
});

describe('two copies that share their completions', () => {
  /** As a Redis does it: `SET key value NX EX`, `GET`, `DEL`. */
  class SharedNotes implements Completions {
    readonly #keys = new Map<string, { value: string; until: number }>();
    readonly #live = (key: string) => {
      const found = this.#keys.get(key);
      return found !== undefined && found.until > Date.now() ? found.value : null;
    };
    async get(id: string) {
      await sleep(1);
      return this.#live(`done:${id}`);
    }
    async put(id: string, result: string, keepSeconds: number) {
      await sleep(1);
      this.#keys.set(`done:${id}`, { value: result, until: Date.now() + keepSeconds * 1000 });
    }
    async claim(id: string, leaseSeconds: number) {
      await sleep(1);
      if (this.#live(`claim:${id}`) !== null) return false;
      this.#keys.set(`claim:${id}`, { value: '1', until: Date.now() + leaseSeconds * 1000 });
      return true;
    }
    async release(id: string) {
      await sleep(1);
      this.#keys.delete(`claim:${id}`);
    }
  }

  test('tell the site once, whichever is asked, and how often', async () => {
    const completions = new SharedNotes();
    const hook = vi.fn(async () => {
      await sleep(150);
      return { row: hook.mock.calls.length };
    });
    const [one, other] = [site({ completions, onUploaded: hook }), site({ completions, onUploaded: hook })];
    const upload = await sent(one);
    const copies = [one, other, other, one];
    const answers = await Promise.all(copies.map((copy) => complete(copy, upload)));
    answers.push(await complete(other, upload));
    expect(hook).toHaveBeenCalledTimes(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test('take over from one whose hook has thrown', async () => {
    const completions = new SharedNotes();
    const broken = site({
      completions,
      onUploaded: () => {
        throw new Error('no database');
      },
    });
    const upload = await sent(broken);
    expect((await complete(broken, upload)).error.code).toBe('internal');
    expect((await complete(site({ completions, onUploaded: () => 'here' }), upload)).object.data).toBe(
      'here',
    );
  });

  test('tell it twice where they share nothing', async () => {
    const hook = vi.fn();
    const [one, other] = [site({ onUploaded: hook }), site({ onUploaded: hook })];
    const upload = await sent(one);
    await complete(one, upload);
    await complete(other, upload);
    expect(hook).toHaveBeenCalledTimes(2);
  });
});

describe('the completions in memory', () => {
  test('are forgotten after their time', async () => {
    let now = 0;
    const notes = new MemoryCompletions(() => now);
    await notes.put('a', '1', 10);
    now = 9_999;
    expect(await notes.get('a')).toBe('1');
    now = 10_000;
    expect(await notes.get('a')).toBeUndefined();
    expect(await notes.claim('a', 5)).toBe(true);
    expect(await notes.claim('a', 5)).toBe(false);
    now = 15_000;
    expect(await notes.claim('a', 5)).toBe(true);
    await notes.release('a');
    expect(await notes.claim('a', 5)).toBe(true);
  });

  test('never become more than 10,000, nor longer than 16 Mi characters', async () => {
    const notes = new MemoryCompletions(() => 0);
    for (let index = 0; index <= 10_000; index += 1) await notes.put(`n${index}`, 'x', 10);
    expect([await notes.get('n0'), await notes.get('n1')]).toEqual([undefined, 'x']);
    await notes.put('large', 'x'.repeat(16 * 1024 * 1024 - 1), 10);
    expect([await notes.get('n9999'), await notes.get('n10000')]).toEqual([undefined, 'x']);
    await notes.put('larger', 'x'.repeat(16 * 1024 * 1024), 10);
    expect([await notes.get('large'), (await notes.get('larger'))?.length]).toEqual([
      undefined,
      16 * 1024 * 1024,
    ]);
  });
});

describe('a quota', () => {
  const many = (sizes: number[], more = {}) => ({
    files: sizes.map((sizeBytes, index) => ({ ...FILE, sizeBytes, id: String(index), ...more })),
  });
  const codes = (body: any) => body.uploads.map((one: any) => one.error?.code ?? 'ok');

  test('is asked once for each kind, of the files that passed all else, and lets in what fits', async () => {
    const quota = vi.fn(async (_question: any) => 10);
    const endpoint = site({
      authorize: () => ({ id: 'ann' }),
      uploads: { maxFileSizeBytes: 20, quota, kinds: { a: {}, b: { quota: () => Infinity } } },
    });
    const { files } = many([6, 5, 4, 100], { kind: 'a' });
    const { body } = await endpoint.post('uploads', { files: [...files, { ...FILE, id: 'b', kind: 'b' }] });
    expect(codes(body)).toEqual(['ok', 'quota-exceeded', 'ok', 'file-too-large', 'ok']);
    expect(quota).toHaveBeenCalledTimes(1);
    const [question] = quota.mock.calls[0] ?? [];
    expect(question).toMatchObject({ user: { id: 'ann' }, kind: 'a', sizeBytes: 15 });
    expect(question.files.map((file: any) => file.sizeBytes)).toEqual([6, 5, 4]);
  });

  test.each([undefined, Number.NaN, '5', null])('that answers %j lets nothing in', async (left) => {
    const { status, body } = await site({ uploads: { quota: () => left } }).post('uploads', many([1]));
    expect([status, body.error.code]).toEqual([500, 'internal']);
  });

  test('that is used up refuses all', async () => {
    const { body } = await site({ uploads: { quota: () => 0 } }).post('uploads', many([1, 1]));
    expect(codes(body)).toEqual(['quota-exceeded', 'quota-exceeded']);
  });
});

describe('a rate limit', () => {
  test('is asked of every call, knows how much it is about, and says when to come back', async () => {
    const rateLimit = vi.fn(({ call }: any) => (call === 'uploads' ? { retryAfterSeconds: 1.2 } : undefined));
    const endpoint = site({
      rateLimit,
      authorize: () => ({ id: 'ann' }),
      cors: { origins: ['https://app.example'] },
    });
    const refused = await endpoint.post(
      'uploads',
      { files: [FILE, { ...FILE, id: 'two' }] },
      { origin: 'https://app.example' },
    );
    expect([refused.status, refused.body.error.code]).toEqual([429, 'too-many-requests']);
    expect(refused.headers.get('retry-after')).toBe('2');
    // A page of another origin could not read it otherwise.
    expect(refused.headers.get('access-control-expose-headers')).toBe('Retry-After');
    expect((await endpoint.send('config')).status).toBe(200);
    expect(rateLimit.mock.calls.map(([{ call, user, count }]) => [call, user.id, count])).toEqual([
      ['uploads', 'ann', 2],
      ['config', 'ann', 1],
    ]);
  });

  test('is kept to by the browser’s half, over HTTP', async () => {
    const asked: number[] = [];
    const { endpoint } = site({
      authorize: () => ({ id: 'ann' }),
      rateLimit: () => (asked.push(performance.now()) === 1 ? { retryAfterSeconds: 1 } : null),
    });
    const http = createServer(toNodeListener(endpoint)).listen(0, '127.0.0.1');
    await once(http, 'listening');
    try {
      const { port } = http.address() as AddressInfo;
      const client = new EndpointClient(
        () => ({ endpoint: `http://127.0.0.1:${port}/api/uploads` }),
        () => ({ ...DEFAULT_RETRY, minDelayMs: 1, maxDelayMs: 1 }),
      );
      const config = await client.get('config', ConfigAnswer, AbortSignal.timeout(20_000), undefined);
      expect(config.protocol).toBe(1);
      expect(asked).toHaveLength(2);
      expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(990);
    } finally {
      http.close();
      http.closeAllConnections();
    }
  });

  test('is not asked for who is not known', async () => {
    const rateLimit = vi.fn();
    const endpoint = site({ rateLimit, authorize: () => null });
    expect((await endpoint.send('config')).status).toBe(401);
    expect(rateLimit).not.toHaveBeenCalled();
  });

  test('may come from any hook', async () => {
    const endpoint = site({
      authorize: () => {
        throw new BucketDropError('too-many-requests', 'slowly', { details: { retryAfterSeconds: 9 } });
      },
    });
    const { status, headers } = await endpoint.send('config');
    expect([status, headers.get('retry-after')]).toEqual([429, '9']);
  });
});
