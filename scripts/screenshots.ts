import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import globalSetup, { builtPages } from '../e2e/globalSetup.ts';
import { UploadPage } from '../e2e/models/UploadPage.ts';
import { EndpointGate } from '../e2e/support/EndpointGate.ts';
import { makeFile } from '../e2e/support/makeFile.ts';
import { startBucket } from '../src/bucket/startBucket.ts';
import { setCors } from '../src/dev/checkCors.ts';
import { describeLocalStore, startDemo } from '../src/dev/startDemo.ts';
import { recommendedCorsRule } from '../src/doctor/corsRules.ts';
import { findBrowser } from './findBrowser.ts';

const FOLDER = 'docs/screenshots';
const MB = 1_000_000;
const SCREENS = [
  { screen: 'desktop', width: 1100, height: 820 },
  { screen: 'phone', width: 390, height: 844 },
] as const;
const THEMES = ['light', 'dark'] as const;

interface Look {
  page: Page;
  /** `empty-light-desktop` and so on, without the state. */
  suffix: string;
}

async function shoot({ page, suffix }: Look, state: string): Promise<void> {
  // what slides in has arrived
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(FOLDER, `${state}-${suffix}.png`), fullPage: true });
}

/** One look of the demo through all of its states, on a bucket of its own. */
async function takeLook(
  browser: Browser,
  theme: 'light' | 'dark',
  screen: (typeof SCREENS)[number],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bucketdrop-files-'));
  const bucket = await startBucket({ buckets: ['demo'] });
  const gate = new EndpointGate();
  const demo = await startDemo({
    port: 0,
    built: builtPages(),
    store: describeLocalStore(bucket, 'demo'),
    wrapEndpoint: gate.wrap,
  });
  await setCors(demo.store, [recommendedCorsRule(demo.origins)]);
  const page = await browser.newPage({
    viewport: { width: screen.width, height: screen.height },
    deviceScaleFactor: 2,
    colorScheme: theme,
  });
  const look = { page, suffix: `${theme}-${screen.screen}` };
  try {
    const uploadPage = new UploadPage(page, demo.url);
    await uploadPage.open();
    await uploadPage.expectReady();
    await shoot(look, 'empty');

    const video = await makeFile(folder, 'Holiday in Lisbon.mp4', 48 * MB);
    const report = await makeFile(folder, 'Annual report 2026.pdf', 9 * MB);
    const notes = await makeFile(folder, 'notes.txt', 12_000);
    bucket.throttle.set({ bytesPerSecond: 8 * MB, per: 'bucket' });
    await uploadPage.choose(video, report, notes);
    await uploadPage.startUpload();
    await uploadPage.expectProgress(35);
    await shoot(look, 'uploading');

    bucket.throttle.set(undefined);
    await uploadPage.expectDone();
    await shoot(look, 'done');

    await uploadPage.open();
    await uploadPage.choose(report);
    gate.failWith(403);
    await uploadPage.startUpload();
    await uploadPage.expectMessage(/may not upload/i);
    await shoot(look, 'error');
  } finally {
    await page.close();
    await demo.stop();
    await bucket.stop();
    await rm(folder, { recursive: true });
  }
}

/** Every state of the demo, in light and dark, on a desktop and on a phone. */
async function screenshots(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const tearDown = await globalSetup();
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
  });
  try {
    for (const theme of THEMES) for (const screen of SCREENS) await takeLook(browser, theme, screen);
  } finally {
    await browser.close();
    await tearDown();
  }
  console.log(`Written to ${FOLDER}/`);
}

await screenshots();
