import type { Browser, CDPSession } from 'playwright';
import type { ClientSettings, PageResult } from './clients/BenchClient.ts';
import type { TestFile } from './TestFiles.ts';

export interface BrowserResult extends PageResult {
  heapGrowthBytes: number;
  heapRetainedBytes: number;
}

const HEAP_SAMPLE_MS = 250;
const CLICK_EVERY_MS = 200;
/** Far beyond the slowest case. */
const GIVE_UP_MS = 1_200_000;

/** One run of one client in a fresh browser context: no connection, no preflight and no cache from before. */
export async function runOnce(
  browser: Browser,
  pageUrl: string,
  files: readonly TestFile[],
  settings: ClientSettings,
): Promise<BrowserResult> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(GIVE_UP_MS);
    await page.goto(pageUrl);
    await page.waitForFunction(() => 'startBench' in window);
    await page.setInputFiles(
      'input',
      files.map(({ path }) => path),
    );
    const heap = new HeapWatch(await context.newCDPSession(page));
    await heap.start();
    const stopClicking = click(await context.newCDPSession(page));
    try {
      const result = await page.evaluate((sent) => window.startBench(sent), settings);
      return { ...result, ...(await heap.stop()) };
    } finally {
      stopClicking();
    }
  } finally {
    await context.close();
  }
}

/** Clicks where nothing is, all the while, as real events of the browser; gives what ends it. */
function click(session: CDPSession): () => void {
  const mouse = { x: 1, y: 1, button: 'left', clickCount: 1 } as const;
  const timer = setInterval(() => {
    for (const type of ['mousePressed', 'mouseReleased'] as const)
      session.send('Input.dispatchMouseEvent', { ...mouse, type }).catch(() => {});
  }, CLICK_EVERY_MS);
  return () => clearInterval(timer);
}

/** The used part of the page's JS heap, asked for from outside the page. */
class HeapWatch {
  readonly #session: CDPSession;
  #timer: ReturnType<typeof setInterval> | undefined;
  #before = 0;
  #peak = 0;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  async start(): Promise<void> {
    this.#before = await this.#collected();
    this.#peak = this.#before;
    this.#timer = setInterval(() => {
      this.#used().catch(() => {});
    }, HEAP_SAMPLE_MS);
  }

  async stop(): Promise<{ heapGrowthBytes: number; heapRetainedBytes: number }> {
    clearInterval(this.#timer);
    await this.#used();
    const heapGrowthBytes = this.#peak - this.#before;
    return { heapGrowthBytes, heapRetainedBytes: (await this.#collected()) - this.#before };
  }

  async #collected(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage');
    return this.#used();
  }

  async #used(): Promise<number> {
    const { usedSize } = await this.#session.send('Runtime.getHeapUsage');
    this.#peak = Math.max(this.#peak, usedSize);
    return usedSize;
  }
}
