import { defineConfig } from '@playwright/test';
import type { StoreKind } from './e2e/fixtures.ts';
import { CHROMIUM_FLAGS } from './scripts/chromiumFlags.ts';
import { findBrowser } from './scripts/findBrowser.ts';

// found once; the workers inherit it
process.env.BUCKETDROP_CHROMIUM = findBrowser();
// the SDK's note on Node's age would stand between the tests' names
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const report = process.env.BUCKETDROP_JSON_REPORT;
const slowMo = Number(process.env.BUCKETDROP_SLOW_MO ?? 0);

export default defineConfig<object, { storeKind: StoreKind }>({
  testDir: 'e2e',
  globalSetup: './e2e/globalSetup.ts',
  outputDir: 'test-results',
  // more than there are cores on a small machine: most of the time, tests wait
  workers: 3,
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: report ? [['list'], ['json', { outputFile: report }]] : 'list',
  use: {
    browserName: 'chromium',
    headless: process.env.BUCKETDROP_HEADED !== '1',
    viewport: { width: 1100, height: 800 },
    // the page at every step, but no film of it: filming would take more than half of the processors' time
    trace: slowMo > 0 ? 'on' : { mode: 'retain-on-failure', screenshots: false },
    launchOptions: {
      executablePath: process.env.BUCKETDROP_CHROMIUM,
      slowMo,
      args: CHROMIUM_FLAGS,
    },
  },
  projects: [
    { name: 'local', use: { storeKind: 'local' }, grepInvert: /@ceph/ },
    { name: 'ceph', use: { storeKind: 'ceph' }, grepInvert: /@local/ },
  ],
});
