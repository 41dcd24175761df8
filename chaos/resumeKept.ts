import type { UploadPage } from '../e2e/models/UploadPage.ts';

/** What says that there is something is loaded after the widget. */
const LOOK_FOR_MS = 1_500;

/** Goes on by one click with what the page has kept copies of; false where it offers nothing. */
export async function resumeKept(page: UploadPage): Promise<boolean> {
  const button = page.interrupted.getByRole('button', { name: /^Resume \d+ unfinished uploads?$/ });
  try {
    await button.click({ timeout: LOOK_FOR_MS });
    return true;
  } catch {
    return false;
  }
}
