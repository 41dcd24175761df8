import { expect, test } from './fixtures.ts';
import type { BucketProxy } from './support/BucketProxy.ts';

const MIB = 1024 * 1024;

test.use({
  hostNames: ['localhost'],
  policy: { partSizeBytes: 5 * MIB, singleRequestMaxBytes: 5 * MIB },
});

interface Heard {
  /** By the host that the browser named. */
  parts: Record<string, number>;
  files: Record<string, number>;
}

/** Notes what the browser sends where; requests to a dead host are cut off. */
function listenTo(line: BucketProxy, isDead: (name: string) => boolean = () => false): Heard {
  const heard: Heard = { parts: {}, files: {} };
  line.planFault = (_, request) => {
    if (request.headers.origin === undefined) return undefined;
    const name = (request.headers.host ?? '').split(':')[0] as string;
    const kind = request.method === 'PUT' ? heard.parts : request.method === 'POST' ? heard.files : {};
    kind[name] = (kind[name] ?? 0) + 1;
    return isDead(name) ? { kind: 'reset', at: 0 } : undefined;
  };
  return heard;
}

test('Twelve connections to two host names of the bucket carry one drop', async ({
  open,
  file,
  line,
  expectStored,
}) => {
  const heard = listenTo(line);
  // slow enough for requests to meet
  line.bytesPerSecond = 40 * MIB;
  const small = await Promise.all(
    Array.from({ length: 40 }, (_, index) => file(`photo ${index}.jpg`, 300_000 + index)),
  );
  const film = await file('film.mp4', 12 * 5 * MIB);
  const page = await open('');
  await page.drop(...small, film);
  await page.startUpload();
  await page.expectDone();
  await expectStored([...small, film]);
  expect(heard).toEqual({
    parts: { '127.0.0.1': 6, localhost: 6 },
    files: { '127.0.0.1': 20, localhost: 20 },
  });
  for (const most of [line.traffic.mostUploadsAtOnce, line.traffic.mostPartsAtOnce]) {
    expect(most).toBeGreaterThan(6);
    expect(most).toBeLessThanOrEqual(12);
  }
});

test('A host name that cuts everybody off costs no upload @local', async ({
  open,
  file,
  line,
  expectStored,
}) => {
  const heard = listenTo(line, (name) => name === 'localhost');
  const small = await Promise.all(
    Array.from({ length: 40 }, (_, index) => file(`photo ${index}.jpg`, 2_000 + index)),
  );
  const film = await file('film.mp4', 4 * 5 * MIB);
  const page = await open('static.html');
  await page.drop(...small, film);
  await page.startUpload();
  await page.expectDone();
  await expectStored([...small, film]);
  expect(heard.files['127.0.0.1']).toBe(40);
  expect(heard.parts['127.0.0.1']).toBe(4);
  // found out with the first ones
  expect(heard.files.localhost).toBeGreaterThan(0);
  expect(heard.files.localhost).toBeLessThan(20);
});

test.describe('where the Content-Security-Policy names one host alone', () => {
  test.use({
    pageHeaders: {
      'content-security-policy':
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; connect-src 'self' blob: http://127.0.0.1:*",
    },
  });

  test('everything goes to that one @local', async ({ open, file, line, expectStored }) => {
    const heard = listenTo(line);
    const files = await Promise.all(
      [2_000, 3_000, 4_000, 2 * 5 * MIB].map((size, index) => file(`photo ${index}.jpg`, size)),
    );
    const page = await open('');
    await page.drop(...files);
    await page.startUpload();
    await page.expectDone();
    await expectStored(files);
    expect(heard).toEqual({ parts: { '127.0.0.1': 2 }, files: { '127.0.0.1': 3 } });
  });
});
