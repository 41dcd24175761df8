import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, expect } from '@playwright/test';
import { startBucket } from '../src/bucket/startBucket.ts';
import { type RunningDemo, startDemo } from '../src/dev/startDemo.ts';
import type { LinkPolicy } from '../src/endpoint/LinkPolicy.ts';
import type { Dialect, EndpointUser, UploadPolicy } from '../src/endpoint/UploadEndpointOptions.ts';
import type { S3Server } from './ceph/startCeph.ts';
import { askForCeph, type KeeperAnswer } from './ceph/startCephKeeper.ts';
import { builtPages } from './globalSetup.ts';
import { UploadPage } from './models/UploadPage.ts';
import { BucketProxy } from './support/BucketProxy.ts';
import { BucketReader } from './support/BucketReader.ts';
import { EndpointGate } from './support/EndpointGate.ts';
import { killBrowser } from './support/killBrowser.ts';
import { makeFile, type TestFile } from './support/makeFile.ts';
import { sendParts } from './support/sendParts.ts';

export type StoreKind = 'local' | 'ceph';
type Policy = UploadPolicy<EndpointUser>;

/** The pages that carry the widget: the same tests run on each. */
export const FACES = [
  { face: 'React page', path: '' },
  { face: 'static page', path: 'static.html' },
] as const;

interface WorkerOptions {
  storeKind: StoreKind;
}
interface WorkerFixtures {
  /** The store itself, or why there is none. */
  store: KeeperAnswer;
}
interface TestOptions {
  /** What this test's endpoint takes and refuses. */
  policy: Policy;
  /** What this test's endpoint understands besides its own protocol. */
  dialects: readonly Dialect[];
  /** Which links it gives: by default all, as the demo does. */
  links: LinkPolicy<EndpointUser>;
  /** Under which names, besides its address, browsers find the bucket. */
  hostNames: readonly string[];
  /** Sent with the page, such as a Content-Security-Policy. */
  pageHeaders: Readonly<Record<string, string>>;
}
export interface LaunchedBrowser {
  page: UploadPage;
  /** As a crash ends it: at once, and nobody is asked. */
  kill(): Promise<void>;
}
interface TestFixtures {
  /** The store itself: the local bucket, or Ceph. */
  s3: S3Server;
  /** An empty bucket of this test alone, read past the widget. */
  bucket: BucketReader;
  /** Between the browser and the bucket. */
  line: BucketProxy;
  /** In front of the endpoint. */
  gate: EndpointGate;
  demo: RunningDemo;
  /** Opens a face of the demo. */
  open(path: string, settings?: Readonly<Record<string, string>>): Promise<UploadPage>;
  /** Opens a face, and sends a video of 60 MiB until the bucket has so many parts of it; the line all but stands still then. */
  begin(path: string, storedParts: number): Promise<{ uploadPage: UploadPage; video: TestFile }>;
  /** Opens the React page in a browser of its own, which finds what the one before it has left behind. */
  launch(): Promise<LaunchedBrowser>;
  /** A folder of this test alone. */
  folder: string;
  file(name: string, sizeBytes: number): Promise<TestFile>;
  /** The very bytes of each file are in the bucket, and nothing else is; none went through the endpoint. */
  expectStored(files: readonly TestFile[]): Promise<void>;
}

export const test = base.extend<TestFixtures & TestOptions, WorkerFixtures & WorkerOptions>({
  storeKind: ['local', { option: true, scope: 'worker' }],
  policy: [{}, { option: true }],
  dialects: [[], { option: true }],
  links: [{}, { option: true }],
  hostNames: [[], { option: true }],
  pageHeaders: [{}, { option: true }],

  store: [
    async ({ storeKind }, use) => {
      if (storeKind === 'ceph') {
        await use(await askForCeph());
        return;
      }
      const local = await startBucket({ port: 0 });
      await use({ server: { ...local, endpoint: local.url } });
      await local.stop();
    },
    { scope: 'worker', timeout: 600_000 },
  ],

  // a skip belongs to a test: in the worker's own fixture it would let the worker's next tests pass without a run
  s3: async ({ store }, use, testInfo) => {
    if ('unavailable' in store) testInfo.skip(true, `Ceph: ${store.unavailable}`);
    else await use(store.server);
  },

  bucket: async ({ s3 }, use) => {
    const bucket = new BucketReader(s3, `test-${randomUUID()}`);
    await bucket.create();
    await use(bucket);
    await bucket.remove();
  },

  line: async ({ s3 }, use) => {
    const line = new BucketProxy(s3.endpoint);
    await line.comeUp();
    await use(line);
    await line.goDown();
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of this pattern
  gate: async ({}, use) => use(new EndpointGate()),

  demo: async (
    { s3, storeKind, bucket, line, gate, policy, dialects, links, hostNames, pageHeaders },
    use,
  ) => {
    const demo = await startDemo({
      port: 0,
      built: builtPages(),
      store: {
        bucket: bucket.bucket,
        region: s3.region,
        endpoint: line.url,
        accessKeyId: s3.accessKeyId,
        secretAccessKey: s3.secretAccessKey,
        forcePathStyle: true,
        profile: storeKind,
        ...(hostNames.length > 0 && {
          hosts: hostNames.map((name) => line.url.replace('127.0.0.1', name)),
        }),
      },
      uploads: policy,
      dialects,
      links,
      wrapEndpoint: gate.wrap,
      headers: pageHeaders,
      log: () => undefined,
    });
    await bucket.allowOrigins(demo.origins);
    await use(demo);
    await demo.stop();
  },

  open: async ({ page, demo }, use) => {
    await use(async (path, settings = {}) => {
      const uploadPage = new UploadPage(page, demo.url + path);
      await uploadPage.open(settings);
      return uploadPage;
    });
  },

  begin: async ({ open, file, line }, use) => {
    await use(async (path, storedParts) => {
      const video = await file('video.mp4', VIDEO_BYTES);
      const uploadPage = await open(path);
      await uploadPage.choose(video);
      await sendParts(uploadPage, line, storedParts);
      return { uploadPage, video };
    });
  },

  launch: async ({ playwright, launchOptions, demo, folder }, use) => {
    const profile = join(folder, 'profile');
    let last: BrowserContext | undefined;
    await use(async () => {
      const context = await playwright.chromium.launchPersistentContext(profile, launchOptions);
      last = context;
      const page = new UploadPage(await context.newPage(), demo.url);
      await page.open();
      return {
        page,
        async kill() {
          const closed = context.waitForEvent('close');
          killBrowser(profile);
          await closed;
        },
      };
    });
    await last?.close();
  },

  // biome-ignore lint/correctness/noEmptyPattern: see above
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'bucketdrop-files-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },

  file: async ({ folder }, use) => use((name, sizeBytes) => makeFile(folder, name, sizeBytes)),

  expectStored: async ({ bucket, gate, line }, use) => {
    await use(async (files) => {
      const stored: { name: string; sizeBytes: number; sha256: string }[] = [];
      for (const some of chunksOf(READERS, await bucket.files()))
        stored.push(
          ...(await Promise.all(
            some.map(async ({ key, name, sizeBytes }) => ({
              name,
              sizeBytes,
              sha256: await bucket.sha256Of(key),
            })),
          )),
        );
      const dropped = files.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 }));
      expect(stored.sort(inOrder)).toEqual(dropped.sort(inOrder));
      expect(await bucket.unfinishedUploads()).toBe(0);
      const allowed = 2_000 * files.length + 200 * line.traffic.storedParts;
      expect(gate.receivedBytes, 'bytes that the endpoint received').toBeLessThan(allowed);
    });
  },
});

const READERS = 16;
const VIDEO_BYTES = 60 * 1024 * 1024;

function* chunksOf<Item>(size: number, items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

const inOrder = (a: { sha256: string }, b: { sha256: string }) => (a.sha256 < b.sha256 ? -1 : 1);

export { expect };
