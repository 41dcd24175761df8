import { expect, FACES, test } from './fixtures.ts';

const MIB = 1024 * 1024;

test.use({
  policy: {
    prefix: 'all/',
    kinds: {
      avatar: {
        maxFileSizeBytes: 50_000,
        allowedTypes: ['image/*'],
        maxFileCount: 1,
        prefix: 'avatars/',
        cacheControl: 'private, max-age=60',
        contentDisposition: ({ name }) => `inline; filename="${name}"`,
        tags: { site: 'demo' },
      },
      video: {
        allowedTypes: ['video/*'],
        singleRequestMaxBytes: 5 * MIB,
        cacheControl: 'no-store',
        tags: ({ kind }) => ({ kind: kind ?? 'none' }),
      },
      report: { allowedTypes: ['.pdf'], key: ({ name }) => `reports/${name}`, noOverwrite: true },
    },
  },
});

for (const { face, path } of FACES) {
  test.describe(`On the ${face}, a kind of upload`, () => {
    test('has its own limits, and all that is stored with it', async ({
      open,
      file,
      bucket,
      expectStored,
    }) => {
      const [tooLarge, wrongType, photo] = [
        await file('huge.png', 60_000),
        await file('film.mp4', 100),
        await file('me.png', 40_000),
      ];
      const page = await open(path, { kind: 'avatar' });
      await page.drop(tooLarge);
      await page.expectMessage(/50 KB|49 KB|48\.8 KiB/);
      await page.drop(wrongType);
      await page.expectMessage(/image/);
      await page.drop(photo);
      await page.startUpload();
      await page.expectDone();
      await expectStored([photo]);
      const [{ key } = { key: '' }] = await bucket.files();
      expect(key).toMatch(/^avatars\//);
      expect(await bucket.headersOf(key)).toMatchObject({
        ContentType: 'image/png',
        CacheControl: 'private, max-age=60',
        ContentDisposition: 'inline; filename="me.png"',
      });
      expect(await bucket.tagsOf(key)).toEqual({ site: 'demo' });
    });

    test('that goes in parts is stored with all of it as well', async ({
      open,
      file,
      bucket,
      expectStored,
    }) => {
      const film = await file('film.mp4', 6 * MIB);
      const page = await open(path, { kind: 'video' });
      await page.upload(film);
      await expectStored([film]);
      const [{ key } = { key: '' }] = await bucket.files();
      expect(await bucket.headersOf(key)).toMatchObject({
        ContentType: 'video/mp4',
        CacheControl: 'no-store',
      });
      expect(await bucket.tagsOf(key)).toEqual({ kind: 'video' });
    });

    test('that is to replace nothing leaves what is there, and the page says so', async ({
      open,
      file,
      bucket,
      expectStored,
    }) => {
      const report = await file('report.pdf', 3_000);
      const first = await open(path, { kind: 'report' });
      await first.upload(report);
      const [{ key } = { key: '' }] = await bucket.files();
      expect(key).toBe('reports/report.pdf');
      expect((await bucket.headersOf(key)).ContentType).toBe('application/pdf');

      const second = await open(path, { kind: 'report' });
      await second.choose(report);
      await second.startUpload();
      await second.expectMessage('There already is a file of this name');
      await second.expectMessage('Give the file another name');
      await expectStored([report]);
    });

    test('that the endpoint does not have is told in words @local', async ({ open, gate }) => {
      for (const settings of [{ kind: 'other' }, {}]) {
        const page = await open(path, settings as Record<string, string>);
        await page.expectMessage('This page asks for a kind of upload that the server does not offer.');
      }
      expect(gate.calls).not.toContain('uploads');
    });
  });
}

test('The kind of <bucket-drop> may change while it is in use', async ({
  open,
  file,
  bucket,
  expectStored,
}) => {
  const [photo, film] = [await file('me.png', 1_000), await file('film.mp4', 2_000)];
  const page = await open('static.html', { kind: 'avatar' });
  await page.drop(film);
  await page.expectMessage(/image/);
  await page.upload(photo);
  await page.page.locator('bucket-drop').evaluate((element) => element.setAttribute('kind', 'video'));
  await page.choose(film);
  await page.startUpload();
  await expect.poll(async () => (await bucket.files()).length, { timeout: 30_000 }).toBe(2);
  await page.expectDone();
  await expectStored([photo, film]);
  const prefixes = (await bucket.files()).map(({ key, name }) => [name, key.split('/')[0]]);
  expect(prefixes.sort()).toEqual([
    ['film.mp4', 'all'],
    ['me.png', 'avatars'],
  ]);
});
