import { expect, type Locator, type Page } from '@playwright/test';

/** What a page is told in its address: `{ transfer: 'uppy-aws-s3' }` becomes `?transfer=uppy-aws-s3`. */
export type PageSettings = Readonly<Record<string, string>>;

interface Droppable {
  path: string;
}
interface Named {
  name: string;
}

/** A page with the widget on it, as a person uses it. Knows nothing of how the widget is embedded. */
export class UploadPage {
  readonly page: Page;
  /** Everything that the widget says about what went wrong. */
  readonly messages: Locator;
  /** What it says of uploads that a reload or a crash has interrupted. */
  readonly interrupted: Locator;
  readonly #url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    this.messages = page.getByRole('alert').filter({ visible: true });
    this.interrupted = page.getByRole('status').filter({ hasText: 'interrupted' });
  }

  async open(settings: PageSettings = {}): Promise<void> {
    const query = new URLSearchParams(settings).toString();
    await this.page.goto(query ? `${this.#url}?${query}` : this.#url);
  }

  /** Loads the page anew, whatever is under way. */
  async reload(): Promise<void> {
    await this.page.reload();
  }

  async discardInterrupted(): Promise<void> {
    await this.interrupted.getByRole('button', { name: 'Discard' }).click();
  }

  /** One click for so many interrupted uploads. */
  async resumeInterrupted(count: number): Promise<void> {
    const name = count === 1 ? 'Resume 1 unfinished upload' : `Resume ${count} unfinished uploads`;
    await this.interrupted.getByRole('button', { name, exact: true }).click();
  }

  /** Clicks where the browser then shows its picker. */
  async browse(): Promise<void> {
    await this.#browse.click();
  }

  /** The widget has read the endpoint's rules and takes files. */
  async expectReady(): Promise<void> {
    await expect(this.#browse.or(this.#addMore).first()).toBeVisible();
  }

  /** Picks files by the button, as from the system's file dialog. */
  async choose(...files: readonly Droppable[]): Promise<void> {
    await this.expectReady();
    if (await this.#addMore.isVisible()) await this.#addMore.click();
    await this.page
      .locator('input[type=file]:not([webkitdirectory])')
      .first()
      .setInputFiles(files.map(({ path }) => path));
  }

  /** Drags files from the desktop and lets them go over the widget: trusted events with real files. */
  async drop(...files: readonly Droppable[]): Promise<void> {
    await this.expectReady();
    const box = await this.page.locator('.uppy-Dashboard-inner').boundingBox();
    if (!box) throw new Error('the widget is not on the screen');
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const data = { items: [], files: files.map(({ path }) => path), dragOperationsMask: 1 };
    const browser = await this.page.context().newCDPSession(this.page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await browser.send('Input.dispatchDragEvent', { type, ...at, data });
    await browser.detach();
  }

  async startUpload(): Promise<void> {
    await this.page.getByRole('button', { name: /^Upload \d+ files?$/ }).click();
  }

  /** Picks files and waits until they have arrived. */
  async upload(...files: readonly Droppable[]): Promise<void> {
    await this.choose(...files);
    await this.startUpload();
    await this.expectDone();
  }

  async pause(): Promise<void> {
    await this.page.getByRole('button', { name: 'Pause', exact: true }).click();
  }

  async resume(): Promise<void> {
    await this.page.getByRole('button', { name: 'Resume', exact: true }).click();
  }

  async cancelAll(): Promise<void> {
    await this.page.getByRole('button', { name: 'Cancel', exact: true }).first().click();
  }

  async tryAgain(): Promise<void> {
    await this.page.getByRole('button', { name: 'Try again' }).first().click();
  }

  async remove(file: Named): Promise<void> {
    await this.#entry(file)
      .getByRole('button', { name: /^Remove/ })
      .click();
  }

  /** All that was uploaded has arrived, and the widget says so. */
  async expectDone(timeoutMs = 60_000): Promise<void> {
    await expect(this.page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible({
      timeout: timeoutMs,
    });
  }

  async expectMessage(text: string | RegExp, timeoutMs = 30_000): Promise<void> {
    await expect(this.messages.filter({ hasText: text }).first()).toBeVisible({ timeout: timeoutMs });
  }

  async expectNoMessage(): Promise<void> {
    await expect(this.messages).toHaveCount(0);
  }

  async expectInList(file: Named): Promise<void> {
    await expect(this.#entry(file)).toBeVisible();
  }

  async expectNotInList(file: Named): Promise<void> {
    await expect(this.#entry(file)).toHaveCount(0);
  }

  /** Waits until so much of the whole was sent. */
  async expectProgress(percent: number): Promise<void> {
    await expect
      .poll(() => this.progressPercent(), { intervals: [100], timeout: 30_000 })
      .toBeGreaterThanOrEqual(percent);
  }

  /** What the progress bar says, 0 to 100. */
  async progressPercent(): Promise<number> {
    const value = await this.page.getByRole('progressbar').first().getAttribute('aria-valuenow');
    return Number(value ?? 0);
  }

  get #browse(): Locator {
    return this.page.getByRole('button', { name: 'browse files' });
  }

  get #addMore(): Locator {
    return this.page.getByRole('button', { name: /^Add more/ });
  }

  #entry({ name }: Named): Locator {
    return this.page.getByRole('listitem').filter({ has: this.page.getByTitle(name, { exact: true }) });
  }
}
