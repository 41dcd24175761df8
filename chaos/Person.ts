import { stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { UploadPage } from '../e2e/models/UploadPage.ts';
import { killBrowser } from '../e2e/support/killBrowser.ts';
import { makeFile, type TestFile } from '../e2e/support/makeFile.ts';
import { CHROMIUM_FLAGS } from '../scripts/chromiumFlags.ts';
import { findBrowser } from '../scripts/findBrowser.ts';
import type { ListedFile } from './page/PageWindow.ts';
import type { RunLog } from './RunLog.ts';
import { resumeKept } from './resumeKept.ts';
import { shiftClock } from './shiftClock.ts';

const TICK_MS = 60;
/** A person looks a moment before pressing a button. */
const BEFORE_RETRY_MS = 500;
const ACTION_TIMEOUT_MS = 3_000;
const LOAD_TIMEOUT_MS = 20_000;

export interface PersonOptions {
  /** Outlives the browser. */
  profile: string;
  url: string;
  files: readonly TestFile[];
  browserClockMs: number;
  log: RunLog;
}

/**
 * Who uploads the files: drops them, presses Upload, and after a reload or a crash drops again what the page has not
 * said to be stored. Presses "Try again" where the widget gave up, and counts how often.
 */
export class Person {
  /** Name to key, of what the page said to be stored. */
  readonly told = new Map<string, string>();
  /** As they are on the disk now. */
  readonly files: TestFile[];
  /** SHA-256 of what files were before they became others. */
  readonly former = new Set<string>();
  /** What nobody may ever see: uncaught errors, and files said to be stored twice. */
  readonly complaints: string[] = [];
  manualRetries = 0;
  /** How often what a page had kept went on by one click. */
  resumedByClick = 0;
  /** How often a page went away with files that it had not said to be stored. */
  deaths = 0;
  readonly #options: PersonOptions;
  #context: BrowserContext | undefined;
  #page: UploadPage | undefined;
  /** Somebody else holds the upload up for now, so that a paused one is left alone. */
  isPausing = false;
  #isEditing = false;
  #lastState = '';

  constructor(options: PersonOptions) {
    this.#options = options;
    this.files = [...options.files];
  }

  /** What is open now. */
  get page(): UploadPage | undefined {
    return this.#page;
  }

  get isDone(): boolean {
    return this.told.size >= this.files.length;
  }

  async openBrowser(): Promise<void> {
    const { profile, browserClockMs, log } = this.#options;
    log.note('person   opens the browser');
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: findBrowser(),
      headless: true,
      args: CHROMIUM_FLAGS,
      viewport: { width: 900, height: 700 },
      locale: 'en-US',
    });
    context.setDefaultTimeout(ACTION_TIMEOUT_MS);
    context.setDefaultNavigationTimeout(LOAD_TIMEOUT_MS);
    await context.exposeBinding('tellStored', (_, name: string, key: string) => this.#hear(name, key));
    if (browserClockMs !== 0) await context.addInitScript(shiftClock, browserClockMs);
    const page = context.pages()[0] ?? (await context.newPage());
    this.#listen(page);
    this.#context = context;
    this.#page = new UploadPage(page, this.#options.url);
    // Killed while it opens, it is opened again by whoever killed it; a page that did not load, by whoever looks at it.
    await this.#page.open().catch((error: Error) => log.note('person  ', error.message.split('\n')[0]));
  }

  /** Once round: looks at the page, and does what is to be done. */
  async act(): Promise<void> {
    try {
      if (!this.#isEditing) await this.#look();
    } catch (error) {
      // the page went away under one's hands, or a button did
      this.#options.log.note('person  ', (error as Error).message.split('\n')[0]);
    }
    await sleep(TICK_MS);
  }

  /** @param edits meanwhile, what is not stored becomes another file of the same name, size and date */
  async reload(edits = false): Promise<void> {
    this.#dies();
    this.#isEditing = edits;
    try {
      await this.#page?.page.reload({ waitUntil: 'commit' });
      if (edits) await this.#edit();
    } finally {
      this.#isEditing = false;
    }
  }

  async killBrowser(): Promise<void> {
    this.#dies();
    const closed = this.#context?.waitForEvent('close', { timeout: LOAD_TIMEOUT_MS });
    this.#page = undefined;
    killBrowser(this.#options.profile);
    await closed;
    await this.openBrowser();
  }

  /** Whether there was something to pause. */
  async pause(): Promise<boolean> {
    this.isPausing = true;
    try {
      await this.#page?.page
        .getByRole('button', { name: 'Pause', exact: true })
        .click({ timeout: 300, noWaitAfter: true });
      return true;
    } catch {
      return false;
    }
  }

  async setOffline(offline: boolean): Promise<void> {
    await this.#context?.setOffline(offline);
  }

  /** Gives up what a page has left that nobody goes on with: of files that are others now. */
  async discardLeft(): Promise<void> {
    await this.#page?.page.evaluate(() => window.discardUnfinished?.());
  }

  /** The widget says that all is complete. */
  async expectComplete(): Promise<void> {
    await this.#page?.expectDone(5_000);
  }

  async closeBrowser(): Promise<void> {
    this.#page = undefined;
    await this.#context?.close();
  }

  async #look(): Promise<void> {
    const page = this.#page;
    if (!page) return;
    const listed = await page.page.evaluate(() => window.listFiles?.());
    this.#noteState(listed);
    if (listed === undefined) return this.#helpLoading(page);
    const states = new Set(listed.map(({ state }) => state));
    if (listed.length === 0) return this.#begin(page);
    if (states.has('waiting')) {
      if (!this.#options.url.includes('auto-upload')) await page.startUpload();
    } else if (states.has('paused') && !this.isPausing) {
      await page.resume();
    } else if (states.has('failed') && !states.has('on-its-way') && !states.has('paused')) {
      await sleep(BEFORE_RETRY_MS);
      await this.#tryAgain(page);
    } else if (states.size === 1 && states.has('stored')) await this.#choose(page);
  }

  /** A page that died may offer to go on; files that are others now have to be dropped. */
  async #begin(page: UploadPage): Promise<void> {
    const mayOffer = this.#options.url.includes('keep-copies') && this.deaths > 0 && this.former.size === 0;
    if (!mayOffer || !(await resumeKept(page))) return this.#choose(page);
    this.#options.log.note('person   goes on by one click');
    this.resumedByClick++;
  }

  async #choose(page: UploadPage): Promise<void> {
    const missing = this.files.filter(({ name }) => !this.told.has(name));
    if (missing.length === 0) return;
    if (
      !(await page.page
        .getByRole('button', { name: /^(browse files|Add more)/i })
        .first()
        .isVisible())
    )
      return this.#helpLoading(page);
    this.#options.log.note('person   chooses', missing.map(({ name }) => name).join(' '));
    await page.choose(...missing);
  }

  /** A widget that could not load the endpoint's rules offers to try again. */
  async #helpLoading(page: UploadPage): Promise<void> {
    const button = page.page.getByRole('button', { name: 'Try again' });
    if (await button.isVisible()) await this.#tryAgain(page);
    else if (!page.page.url().startsWith('http')) await page.open();
  }

  async #tryAgain(page: UploadPage): Promise<void> {
    this.manualRetries++;
    this.#options.log.note('person   tries again:', await page.messages.allInnerTexts());
    await page.page
      .getByRole('button', { name: /^(Try again|Retry( upload)?)$/ })
      .first()
      .click();
  }

  async #edit(): Promise<void> {
    for (const [index, file] of this.files.entries()) {
      if (this.told.has(file.name)) continue;
      this.former.add(file.sha256);
      // in the middle of the millisecond that browsers tell
      const modifiedAt = (Math.floor((await stat(file.path)).mtimeMs) + 0.5) / 1000;
      this.files[index] = await makeFile(dirname(file.path), file.name, file.sizeBytes);
      await utimes(file.path, modifiedAt, modifiedAt);
    }
  }

  #hear(name: string, key: string): void {
    this.#options.log.note('stored  ', name, key);
    if (this.told.has(name)) this.complaints.push(`${name} was said to be stored twice`);
    this.told.set(name, key);
  }

  #dies(): void {
    if (!this.isDone) this.deaths++;
  }

  #noteState(listed: ListedFile[] | undefined): void {
    const state =
      listed?.map(({ name, state, error }) => `${name} ${state} ${error ?? ''}`).join(', ') ?? '-';
    if (state !== this.#lastState) this.#options.log.note('page    ', state);
    this.#lastState = state;
  }

  #listen(page: Page): void {
    const { log } = this.#options;
    page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
    page.on('pageerror', (error) => {
      log.note('PAGE ERROR', error);
      this.complaints.push(`uncaught in the page: ${error.stack ?? error.message}`);
    });
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      log.note('console ', message.text());
    });
    page.on('crash', () => this.complaints.push('the page crashed'));
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
