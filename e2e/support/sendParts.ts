import { expect } from '@playwright/test';
import type { UploadPage } from '../models/UploadPage.ts';
import type { BucketProxy } from './BucketProxy.ts';

const MIB = 1024 * 1024;

/**
 * Sends what is in the list until the bucket has so many parts. From then on the line all but stands still, so that
 * the upload is not over before a test, however slow its machine, has done to it what it is about.
 */
export async function sendParts(page: UploadPage, line: BucketProxy, count: number): Promise<void> {
  line.bytesPerSecond = 32 * MIB;
  await page.startUpload();
  await expect
    .poll(() => line.traffic.storedParts, { intervals: [20], timeout: 60_000 })
    .toBeGreaterThanOrEqual(count);
  line.bytesPerSecond = MIB;
}

/** For so long, no byte of a file has moved. */
export async function expectQuiet(line: BucketProxy, forMs: number): Promise<void> {
  await expect
    .poll(() => line.quietForMs(), { message: 'no byte moves', intervals: [50] })
    .toBeGreaterThan(forMs);
}

/** The line is free again, what was on its way has arrived, and nothing moves any more. */
export async function settled(line: BucketProxy): Promise<void> {
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await expectQuiet(line, 500);
}
