import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { expect, type Locator, type Page } from '@playwright/test';

interface Named {
  name: string;
}

/** The files that were stored, as a person sees them: in the widget's own panel, or in the demo's list by the hook. */
export class StoredList {
  readonly region: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.region = page.getByRole('region', { name: /^(Uploaded files|Hochgeladene Dateien|In the bucket)$/ });
  }

  row({ name }: Named): Locator {
    return this.region.getByRole('listitem').filter({ hasText: name });
  }

  button(file: Named, name: string | RegExp): Locator {
    return this.row(file).getByRole('button', { name });
  }

  /** Waits until the picture is there; gives where it came from. */
  async thumbnail(file: Named): Promise<string> {
    const image = this.row(file).locator('img');
    await expect
      .poll(() => image.evaluate((element: HTMLImageElement) => element.complete && element.naturalWidth))
      .toBeGreaterThan(0);
    return (await image.getAttribute('src')) ?? '';
  }

  /** Gives what is on the clipboard afterwards. */
  async copyLink(file: Named): Promise<string> {
    const before = await this.#clipboard();
    await this.button(file, /^Copy (new )?link/).click();
    await expect.poll(() => this.#clipboard()).not.toBe(before);
    return this.#clipboard();
  }

  /** Follows a control that downloads; gives the name that the browser chose and the SHA-256 of what it saved. */
  async download(control: Locator): Promise<{ name: string; sha256: string }> {
    const [download] = await Promise.all([this.#page.waitForEvent('download'), control.click()]);
    const hash = createHash('sha256');
    await pipeline(createReadStream(await download.path()), hash);
    return { name: download.suggestedFilename(), sha256: hash.digest('hex') };
  }

  #clipboard(): Promise<string> {
    return this.#page.evaluate(() => navigator.clipboard.readText());
  }
}
