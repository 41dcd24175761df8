// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { describe, expect, test } from 'vitest';
import { createUploadEndpoint } from './createUploadEndpoint.ts';
import { EndpointUnderTest, FILE, NO_STORE, TEST_SECRET } from './testing/EndpointUnderTest.ts';
import type { UploadPolicy } from './UploadPolicy.ts';

const MIB = 1024 * 1024;
const policy: UploadPolicy<any> = {
  maxFileSizeBytes: 10 * MIB,
  prefix: 'in/',
  urlExpiresInSeconds: 60,
  kinds: {
    avatar: { maxFileSizeBytes: MIB, allowedTypes: ['image/*'], maxFileCount: 1, prefix: 'avatars/' },
    video: { maxFileSizeBytes: null, allowedTypes: ['video/*'], urlExpiresInSeconds: 600 },
    any: {},
  },
};
const site = (uploads: UploadPolicy<any> = policy, more = {}) => new EndpointUnderTest({ uploads, ...more });
const limitsOf = async (endpoint: EndpointUnderTest, query: string) =>
  (await endpoint.send(`config${query}`)).body.restrictions;
const video = { name: 'a.mp4', type: 'video/mp4', kind: 'video' };

describe('a kind of upload', () => {
  test('has what stands around it, unless it says otherwise', async () => {
    const endpoint = site();
    expect(await limitsOf(endpoint, '?kind=avatar')).toEqual({
      minFileSizeBytes: null,
      maxFileSizeBytes: MIB,
      maxFileCount: 1,
      allowedTypes: ['image/*'],
    });
    expect(await limitsOf(endpoint, '?kind=video')).toMatchObject({
      maxFileSizeBytes: null,
      maxFileCount: null,
    });
    expect(await limitsOf(endpoint, '?kind=any&tenant=5')).toMatchObject({ maxFileSizeBytes: 10 * MIB });
    expect((await endpoint.announce({ kind: 'avatar' })).key).toMatch(/^avatars\//);
    expect((await endpoint.announce(video)).key).toMatch(/^in\//);
    expect((await endpoint.announce({ kind: 'any' })).expiresInSeconds).toBe(60);
    expect((await endpoint.announce(video)).expiresInSeconds).toBe(600);
  });

  test('is judged file by file, and counted by itself', async () => {
    const files = [
      { kind: 'avatar' },
      { kind: 'avatar' },
      video,
      { ...video, kind: 'avatar' },
      { kind: 'any', sizeBytes: 11 * MIB },
      {},
    ].map((file, index) => ({ ...FILE, ...file, id: String(index) }));
    const { body } = await site().post('uploads', { files });
    expect(body.uploads.map((one: any) => one.error?.code ?? 'ok')).toEqual([
      'ok',
      'file-refused',
      'ok',
      'file-refused',
      'file-too-large',
      'kind-unknown',
    ]);
  });

  test.each([undefined, 'other', 'constructor', '__proto__', 'toString', 'Avatar', 'avatar '])(
    'is needed, and %j is none; which there are is not told',
    async (kind) => {
      const endpoint = site();
      const { error } = await endpoint.announce({ kind });
      expect(error).toMatchObject({ code: 'kind-unknown', hint: expect.stringContaining('uploads.kinds') });
      const query = kind === undefined ? '' : `?kind=${encodeURIComponent(kind)}`;
      const config = await endpoint.send(`config${query}`);
      expect([config.status, config.body.error.code]).toEqual([400, 'kind-unknown']);
      for (const name of ['avatar', 'video', 'any']) {
        if (name !== kind?.trim().toLowerCase()) expect(endpoint.said.join()).not.toContain(`"${name}`);
      }
    },
  );

  test.each(['', 'x'.repeat(65), 5, null])('of the name %j is no kind at all', async (kind) => {
    expect((await site().announce({ kind })).error.code).toBe('bad-request');
  });

  test('is unknown where the policy names none', async () => {
    expect((await site({}).announce({ kind: 'avatar' })).error.code).toBe('kind-unknown');
    expect((await site({}).announce()).ok).toBe(true);
    expect((await site({ kinds: {} }).announce()).error.code).toBe('kind-unknown');
  });

  test('is bound into the ticket: signed again by its own rules, and not at all once it is withdrawn', async () => {
    const upload = await site().announce(video);
    const again = (endpoint: EndpointUnderTest) =>
      endpoint.post('parts', { uploads: [{ ticket: upload.ticket, parts: [] }] });
    const { body } = await again(site());
    expect(body.uploads[0].signed.expiresInSeconds).toBe(600);
    const { video: _withdrawn, ...kinds } = policy.kinds ?? {};
    const { body: without } = await again(site({ ...policy, kinds }));
    expect(without.uploads[0].error.code).toBe('kind-unknown');
    const done = await site({ ...policy, kinds }).post('complete', { uploads: [{ ticket: upload.ticket }] });
    expect(done.body.uploads[0].error.code).toBe('kind-unknown');
  });

  test.each([
    [{ kinds: { a: { maxFileSize: 5 } } }, /uploads\.kinds\.a/],
    [{ kinds: { a: { kinds: {} } } }, /uploads\.kinds\.a/],
    [{ kinds: { '': {} } }, /uploads\.kinds/],
    [{ minFileSizeBytes: 5, kinds: { a: { maxFileSizeBytes: 4 } } }, /uploads\.kinds\.a\.minFileSizeBytes/],
    [{ kinds: { a: { allowedTypes: ['image'] } } }, /uploads\.kinds\.a\.allowedTypes: "image"/],
    [{ kinds: { a: { tags: { 'a&b': 'c' } } } }, /uploads\.kinds\.a\.tags/],
    [{ kinds: { a: { cacheControl: 'a\nb' } } }, /uploads\.kinds\.a\.cacheControl/],
    [{ acl: 'everybody' }, /uploads\.acl/],
    [{ encryption: { algorithm: 'AES256', keyId: 'x' } }, /uploads\.encryption/],
    [{ storageClass: 'cold' }, /uploads\.storageClass/],
  ])('that is set up wrongly keeps the endpoint from starting (%#)', (uploads, message) => {
    expect(() => site(uploads as any)).toThrow(message);
  });
});

describe('the content type that is signed', () => {
  const signedType = async (allowedTypes: string[] | null, name: string, type: string) => {
    const upload = await site({ allowedTypes }).announce({ name, type });
    return upload.ok ? upload.fields['Content-Type'] : upload.error.code;
  };
  test.each([
    // By its extension: that of the extension, whatever the browser says.
    [['.pdf'], 'a.pdf', 'text/html', 'application/pdf'],
    [['.pdf'], 'a.PDF', '', 'application/pdf'],
    [['.pdf'], 'a.html.pdf', 'text/html', 'application/pdf'],
    [['.xyzzy'], 'a.xyzzy', 'text/html', 'application/octet-stream'],
    [['.tar.gz'], 'a.tar.gz', 'text/html', 'application/gzip'],
    [['.pdf'], 'a.html', 'application/pdf', 'type-not-allowed'],
    // By its type: that type, which the policy has named.
    [['image/*', '.pdf'], 'a.pdf', 'image/png', 'image/png'],
    [['image/png'], 'a.html', 'image/png', 'image/png'],
    [['image/*'], 'a.png', 'text/html', 'type-not-allowed'],
    [null, 'a.png', 'text/html', 'text/html'],
    [null, 'a.png', '', 'application/octet-stream'],
  ])('of %j for %s of type %j is %s', async (allowed, name, type, signed) => {
    expect(await signedType(allowed, name, type)).toBe(signed);
  });
});

describe('an endpoint that is open to anyone', () => {
  const open = (uploads?: UploadPolicy<any>) => {
    const endpoint = createUploadEndpoint({
      store: NO_STORE,
      secret: TEST_SECRET,
      anonymous: true,
      ...(uploads && { uploads }),
    });
    const ask = async (path: string, body?: unknown): Promise<any> => {
      const init = body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      const request = new Request(`https://site.example/${path}`, init as RequestInit);
      return (await endpoint.handle(request)).json();
    };
    return { ask, announce: async () => (await ask('uploads', { files: [FILE] })).uploads[0] };
  };
  const lifeOf = (ticket: string) => {
    const { iat, exp } = JSON.parse(Buffer.from(ticket.split('.')[1] ?? '', 'base64url').toString());
    return exp - iat;
  };

  test('has low limits by itself', async () => {
    const { ask, announce } = open();
    expect((await ask('config')).restrictions).toMatchObject({
      maxFileSizeBytes: 25 * MIB,
      maxFileCount: 10,
    });
    const upload = await announce();
    expect(upload.expiresInSeconds).toBe(300);
    expect(lifeOf(upload.ticket)).toBe(3600);
    expect(upload.fields['Content-Disposition']).toBe('attachment');
  });

  test('has those that it is given, also in its kinds', async () => {
    const { ask, announce } = open({
      maxFileSizeBytes: 50 * MIB,
      contentDisposition: null,
      urlExpiresInSeconds: 900,
      ticketExpiresInSeconds: 7200,
    });
    expect((await ask('config')).restrictions).toMatchObject({
      maxFileSizeBytes: 50 * MIB,
      maxFileCount: 10,
    });
    const upload = await announce();
    expect([upload.expiresInSeconds, lifeOf(upload.ticket)]).toEqual([900, 7200]);
    expect(upload.fields).not.toHaveProperty('Content-Disposition');
    const kinds = open({ kinds: { big: { maxFileSizeBytes: null }, small: {} } });
    const sizes = ['big', 'small'].map((kind) => kinds.ask(`config?kind=${kind}`));
    expect((await Promise.all(sizes)).map((one) => one.restrictions.maxFileSizeBytes)).toEqual([
      null,
      25 * MIB,
    ]);
  });
});
