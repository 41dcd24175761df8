// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at as they come
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningBucket, startBucket } from '../src/bucket/startBucket.ts';
import { createUploadEndpoint, fromEnv, type UploadEndpoint } from '../src/endpoint/index.ts';
import { sendSingle } from '../src/endpoint/testing/sendFile.ts';
import { readText } from './readSnippets.ts';

describe('the option table in docs/endpoint.md', () => {
  it('names every option that there is', () => {
    const documented = new Set(
      [...readText('docs/endpoint.md').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name),
    );
    const policy = readText('src/endpoint/UploadPolicy.ts');
    const [, rules = ''] = policy.split('export interface UploadRules');
    const all = readText('src/endpoint/UploadEndpointOptions.ts');
    const [, common = ''] = all.split('interface CommonOptions');
    const options = [...(rules + common).matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name);
    expect(options.length).toBeGreaterThan(30);
    expect(options.filter((name) => !documented.has(name))).toEqual([]);
  });
});

describe('the examples in docs/endpoint.md', () => {
  let bucket: RunningBucket;
  beforeAll(async () => {
    bucket = await startBucket({ buckets: ['files'] });
    vi.stubEnv('AWS_ACCESS_KEY_ID', bucket.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', bucket.secretAccessKey);
    vi.stubEnv('AWS_REGION', bucket.region);
    vi.stubEnv('AWS_ENDPOINT_URL_S3', bucket.url);
    vi.stubEnv('BUCKETDROP_STORE', 'local');
    vi.stubEnv('BUCKETDROP_BUCKET', 'files');
    vi.stubEnv('BUCKETDROP_SECRET', 'a secret of at least thirty-two bytes');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await bucket.stop();
  });

  const post = async (endpoint: UploadEndpoint, call: string, body: unknown, user = 'ann') => {
    const headers = { 'content-type': 'application/json', 'x-user': user };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await endpoint.handle(new Request(`https://site.example/api/uploads/${call}`, init));
    return { status: response.status, headers: response.headers, body: (await response.json()) as any };
  };
  const fileOf = (more: Record<string, unknown>) => ({
    files: [{ id: '1', name: 'a.pdf', sizeBytes: 5, type: 'application/pdf', ...more }],
  });
  const hello = new TextEncoder().encode('hello');

  it('kinds: each with its own key, headers and limits', async () => {
    const { endpoint } = await import('./endpoint/kinds.ts');
    const avatar = await post(endpoint, 'uploads', fileOf({ kind: 'avatar', type: 'image/png' }));
    expect(avatar.body.uploads[0]).toMatchObject({ ok: true, key: 'avatars/ann', method: 'post' });
    const report = await post(endpoint, 'uploads', fileOf({ kind: 'report' }));
    expect(report.body.uploads[0]).toMatchObject({ ok: true, method: 'put' });
    expect((await sendSingle(report.body.uploads[0], hello)).status).toBe(200);
    const none = await post(endpoint, 'uploads', fileOf({}));
    expect(none.body.uploads[0].error.code).toBe('kind-unknown');
  });

  it('hooks: a file is refused, another is told once', async () => {
    const { endpoint, database } = await import('./endpoint/hooks.ts');
    const refused = await post(endpoint, 'uploads', fileOf({ name: 'a.exe' }));
    expect(refused.body.uploads[0].error.message).toBe('Programs are not taken here.');
    const [upload] = (await post(endpoint, 'uploads', fileOf({}))).body.uploads;
    expect(upload.key).toMatch(/^red\//);
    await sendSingle(upload, hello);
    const asked = { uploads: [{ ticket: upload.ticket }] };
    for (let times = 0; times < 2; times += 1) {
      const { body } = await post(endpoint, 'complete', asked);
      expect(body.uploads[0].object.data).toEqual({ row: 1 });
    }
    expect(database.rows.size).toBe(1);
  });

  it('Redis: two copies tell the site once', async () => {
    const { redisCompletions } = await import('./endpoint/redisCompletions.ts');
    const keys = new Map<string, string>();
    const completions = redisCompletions({
      get: async (key) => keys.get(key) ?? null,
      set: async (key, value, { NX }) => {
        if (NX === true && keys.has(key)) return null;
        keys.set(key, value);
        return 'OK';
      },
      del: async (key) => keys.delete(key),
    });
    const onUploaded = vi.fn(async () => onUploaded.mock.calls.length);
    const authorize = () => ({ id: 'ann' });
    const [one, other] = [0, 1].map(() =>
      createUploadEndpoint(fromEnv(process.env, { authorize, onUploaded, completions })),
    ) as [UploadEndpoint, UploadEndpoint];
    const [upload] = (await post(one, 'uploads', fileOf({}))).body.uploads;
    await sendSingle(upload, hello);
    const asked = { uploads: [{ ticket: upload.ticket }] };
    const answers = await Promise.all([one, other, one].map((copy) => post(copy, 'complete', asked)));
    expect(answers.map(({ body }) => body.uploads[0].object.data)).toEqual([1, 1, 1]);
    expect([...keys.keys()]).toEqual([expect.stringMatching(/^bucketdrop:done:/)]);
  });

  it('limits: a full quota and too many files', async () => {
    const { endpoint } = await import('./endpoint/limits.ts');
    const full = await post(endpoint, 'uploads', fileOf({}), 'full');
    expect(full.body.uploads[0].error.code).toBe('quota-exceeded');
    const many = (count: number) => ({
      files: Array.from({ length: count }, (_, index) => ({ ...fileOf({}).files[0], id: String(index) })),
    });
    expect((await post(endpoint, 'uploads', many(100), 'bob')).status).toBe(200);
    const refused = await post(endpoint, 'uploads', many(1), 'bob');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
  });
});
