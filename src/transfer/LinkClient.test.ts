import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LinkClient } from './LinkClient.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;
type Wanted = { receipt: string; action: string };

const ENDPOINT = 'http://site.test/api';
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const link = ({ receipt, action }: Wanted) => ({
  ok: true,
  method: action === 'delete' ? 'DELETE' : 'GET',
  url: `http://bucket.test/${receipt}`,
  expiresInSeconds: 900,
});
const failed = (code: string) => ({ ok: false, error: { code, message: code } });

describe('LinkClient', () => {
  const calls: Wanted[][] = [];
  const answer = vi.fn<(wanted: Wanted) => object>();
  const bucket = vi.fn<Fetch>();
  const client = new LinkClient(() => ({ endpoint: ENDPOINT, headers: { 'x-user': 'ada' } }));

  beforeEach(() => {
    calls.length = 0;
    answer.mockReset().mockImplementation(link);
    bucket.mockReset().mockImplementation(async () => new Response(null, { status: 204 }));
    const fetch: Fetch = async (url, init) => {
      if (!url.startsWith(ENDPOINT)) return bucket(url, init);
      expect([url, new Headers(init.headers).get('x-user')]).toEqual([`${ENDPOINT}/links`, 'ada']);
      const { links } = JSON.parse(String(init.body));
      calls.push(links);
      return json({ links: links.map(answer) });
    };
    vi.stubGlobal('fetch', fetch);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('asks for many links in one call, and gives each its own answer', async () => {
    answer.mockImplementation((wanted) => (wanted.receipt === 'b' ? failed('object-missing') : link(wanted)));
    const wanted = ['a', 'b', 'c'].map((receipt) => client.get(receipt, 'preview'));
    const [a, b, c] = await Promise.allSettled(wanted);
    expect(calls).toEqual([['a', 'b', 'c'].map((receipt) => ({ receipt, action: 'preview' }))]);
    expect(a).toMatchObject({ value: { method: 'GET', url: 'http://bucket.test/a' } });
    expect(b).toMatchObject({ reason: { code: 'object-missing' } });
    expect(c).toMatchObject({ value: { url: 'http://bucket.test/c' } });
  });

  it('says when a link ends, counted from before the question', async () => {
    const before = Date.now();
    const { expiresAtMs } = await client.get('a', 'download');
    expect(expiresAtMs).toBeGreaterThanOrEqual(before + 900_000);
    expect(expiresAtMs).toBeLessThan(Date.now() + 900_000);
  });

  it('deletes by a link that is good for nothing else', async () => {
    await client.delete('a');
    expect(calls).toEqual([[{ receipt: 'a', action: 'delete' }]]);
    expect(bucket.mock.calls.map(([url, { method }]) => [method, url])).toEqual([
      ['DELETE', 'http://bucket.test/a'],
    ]);
  });

  it('takes what is gone already for deleted', async () => {
    answer.mockReturnValue(failed('object-missing'));
    await client.delete('a');
    expect(bucket).not.toHaveBeenCalled();
  });

  it('finds out whether it was deleted where the bucket’s answer got lost', async () => {
    bucket.mockImplementation(async () => {
      answer.mockReturnValue(failed('object-missing'));
      throw new TypeError('Failed to fetch');
    });
    await client.delete('a');
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['does not answer', () => Promise.reject(new TypeError('Failed to fetch')), 'bucket-unreachable'],
    ['refuses', async () => new Response(null, { status: 403 }), 'bucket-refused'],
    ['fails', async () => new Response(null, { status: 503 }), 'bucket-failed'],
  ])('says so where the bucket %s and the object is still there', async (_, reply, code) => {
    bucket.mockImplementation(reply);
    await expect(client.delete('a')).rejects.toMatchObject({ code });
  });

  it('passes on why there is no link', async () => {
    answer.mockReturnValue(failed('forbidden'));
    await expect(client.delete('a')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(client.get('a', 'download')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
