import { expect } from '@playwright/test';
import type { UploadPage } from '../e2e/models/UploadPage.ts';
import type { TestFile } from '../e2e/support/makeFile.ts';
import type { RunPlan } from './RunPlan.ts';

const TIMEOUT_MS = 20_000;

/**
 * Begins one more file, and gives it up when parts of it are on their way: nothing of it may stay in the bucket.
 *
 * @param begunParts how many parts were begun so far
 */
export async function giveUp(
  page: UploadPage,
  file: TestFile,
  { givesUp, autoUpload }: RunPlan,
  begunParts: () => number,
): Promise<void> {
  const before = begunParts();
  await page.choose(file);
  if (!autoUpload) await page.startUpload();
  await expect.poll(begunParts, { timeout: TIMEOUT_MS }).toBeGreaterThan(before + 1);
  if (givesUp === 'removes') {
    await page.page.evaluate((name) => window.removeFile?.(name), file.name);
    return;
  }
  await page.reload();
  // the browser takes a moment to see that the page before is gone
  const discard = () => page.page.evaluate(() => window.discardUnfinished?.());
  await expect.poll(discard, { timeout: TIMEOUT_MS }).toBeGreaterThan(0);
}
