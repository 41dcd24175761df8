import { expect, it, vi } from 'vitest';

it('a handler of Request and Response answers by itself', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-key');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('BUCKETDROP_BUCKET', 'photos');
  vi.stubEnv('BUCKETDROP_SECRET', 'a secret of at least thirty-two bytes');
  const { GET, POST } = await import('./fetchHandler.ts');
  const config = await GET(new Request('https://site.example/api/uploads/config'));
  expect(config.status).toBe(200);
  expect(await config.json()).toMatchObject({ protocol: 1 });

  const files = [{ id: '1', name: 'a.txt', sizeBytes: 3, type: 'text/plain' }];
  const body = JSON.stringify({ files });
  const headers = { 'content-type': 'application/json' };
  const created = await POST(
    new Request('https://site.example/api/uploads/uploads', { method: 'POST', body, headers }),
  );
  expect(created.status).toBe(200);
  const { uploads } = (await created.json()) as { uploads: { ok: boolean; url: string }[] };
  expect(uploads[0]).toMatchObject({ ok: true, url: expect.stringContaining('photos.s3') });
  vi.unstubAllEnvs();
});
