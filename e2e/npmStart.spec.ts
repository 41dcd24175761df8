import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test as base, expect } from './fixtures.ts';
import { UploadPage } from './models/UploadPage.ts';
import { startInTerminal, type TerminalRun } from './support/startInTerminal.ts';

const ADDRESS = /(http:\/\/127\.0\.0\.1:\d+\/)/;

const test = base.extend<{ npmStart(env?: Record<string, string>, ...args: string[]): TerminalRun }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of this pattern
  npmStart: async ({}, use) => {
    const runs: TerminalRun[] = [];
    await use((env = {}, ...args) => {
      const run = startInTerminal(args, env);
      runs.push(run);
      return run;
    });
    for (const run of runs) for (const pid of run.leftOver()) process.kill(pid, 'SIGKILL');
  },
});

// one after the other: they share the port that `npm start` takes by itself
test.describe.configure({ mode: 'default' });

test('`npm start` brings the demo with a bucket of its own, and Ctrl-C takes all of it away @local', async ({
  npmStart,
  page,
  file,
  folder,
}) => {
  const letter = await file('letter.txt', 2_000);
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  const itsFolders = () => readdirSync(temporary).filter((name) => name.startsWith('bucketdrop'));
  const demo = npmStart({ TMPDIR: temporary });
  const url = await demo.waitFor(ADDRESS);
  for (const path of ['', 'static.html']) {
    const uploadPage = new UploadPage(page, url + path);
    await uploadPage.open();
    await uploadPage.upload(letter);
  }
  expect(itsFolders()).toHaveLength(1);
  demo.pressCtrlC();
  await demo.exited;
  await expect.poll(() => demo.leftOver()).toEqual([]);
  expect(itsFolders()).toEqual([]);
  await expect(fetch(url)).rejects.toThrow();
});

test('`npm start` stops when its manager tells it to @local', async ({ npmStart }) => {
  const demo = npmStart();
  await demo.waitFor(ADDRESS);
  demo.terminate();
  await demo.exited;
  await expect.poll(() => demo.leftOver()).toEqual([]);
});

test('a port that is taken makes way for the next, unless it was asked for @local', async ({ npmStart }) => {
  const other = createServer().listen(5173, '127.0.0.1');
  // another program may hold it already, which serves as well
  await once(other, 'listening').catch(() => undefined);
  try {
    const movesOn = npmStart();
    expect(await movesOn.waitFor(ADDRESS)).not.toBe('http://127.0.0.1:5173/');
    movesOn.pressCtrlC();
    await movesOn.exited;

    const insists = npmStart({ PORT: '5173' });
    expect(await insists.exited).toBe(1);
    expect(insists.output()).toContain('Port 5173 is taken by another program');
  } finally {
    other.close();
  }
});

test('what is set by halves or wrong is said, and nothing starts @local', async ({ npmStart }) => {
  const byHalves = npmStart({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'key' });
  const unknownOption = npmStart({}, '--colour');
  const nobodyThere = npmStart({
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'top-secret-key',
    AWS_REGION: 'us-east-1',
    BUCKETDROP_BUCKET: 'photos',
  });
  expect(await byHalves.exited).toBe(1);
  expect(byHalves.output()).toContain('set BUCKETDROP_BUCKET, AWS_REGION, AWS_SECRET_ACCESS_KEY too');
  expect(await unknownOption.exited).toBe(1);
  expect(unknownOption.output()).toContain("Unknown option '--colour'");
  expect(await nobodyThere.exited).toBe(1);
  expect(nobodyThere.output()).toContain('Nobody answers at http://127.0.0.1:1');
  for (const run of [byHalves, unknownOption, nobodyThere]) {
    expect(run.output()).not.toMatch(/\n\s+at /);
    expect(run.output()).not.toContain('top-secret-key');
  }
});

test('on a store of one’s own, a missing bucket is said, a missing CORS rule too, and `--setup-cors` adds it', async ({
  npmStart,
  s3,
  bucket,
  page,
  file,
}) => {
  test.setTimeout(180_000);
  const store = {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    AWS_REGION: s3.region,
    BUCKETDROP_BUCKET: bucket.bucket,
  };
  const elsewhere = npmStart({ ...store, BUCKETDROP_BUCKET: 'not-there' });
  expect(await elsewhere.exited).toBe(1);
  expect(elsewhere.output()).toContain('There is no bucket "not-there"');
  expect(elsewhere.output()).toContain('aws s3api create-bucket --bucket not-there');

  const wrongKey = npmStart({ ...store, AWS_SECRET_ACCESS_KEY: 'wrong' });
  expect(await wrongKey.exited).toBe(1);
  expect(wrongKey.output()).toContain('does not let these credentials see the bucket');

  const withoutRule = npmStart(store);
  await withoutRule.waitFor(/Ctrl-C/);
  expect(withoutRule.output()).toContain('Uploads from this page will fail');
  expect(withoutRule.output()).toContain('"ExposeHeaders"');
  expect(withoutRule.output()).toContain(`aws s3api put-bucket-cors --bucket ${bucket.bucket}`);
  withoutRule.pressCtrlC();
  await withoutRule.exited;

  const demo = npmStart(store, '--setup-cors');
  const url = await demo.waitFor(ADDRESS);
  await demo.waitFor(/Ctrl-C/);
  expect(demo.output()).toContain('Added a CORS rule');
  expect(demo.output()).not.toContain('Uploads from this page will fail');
  const letter = await file('letter.txt', 2_000);
  const uploadPage = new UploadPage(page, url);
  await uploadPage.open();
  await uploadPage.upload(letter);
  const [stored] = await bucket.files();
  expect(await bucket.sha256Of(stored?.key ?? '')).toBe(letter.sha256);
  demo.pressCtrlC();
  await demo.exited;
});
