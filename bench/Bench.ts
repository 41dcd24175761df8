import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright';
import { CHROMIUM_FLAGS } from '../scripts/chromiumFlags.ts';
import { findBrowser } from '../scripts/findBrowser.ts';
import type { BenchRow } from './BenchRow.ts';
import { buildPages } from './buildPages.ts';
import { checkLine, type LineCheck } from './checkLine.ts';
import { bytesPerSecond, type LineSettings } from './line/LineSettings.ts';
import type { LineCalls } from './line/process.ts';
import { LINES, type LineName } from './lines.ts';
import type { BenchOptions } from './options.ts';
import { printTimeline } from './printTimeline.ts';
import { type RunningProcess, startProcess } from './processes/startProcess.ts';
import { type BrowserResult, runOnce } from './runOnce.ts';
import type { SiteCalls } from './site/process.ts';
import type { BenchStore } from './stores/BenchStore.ts';
import { startStore } from './stores/startStore.ts';
import { type TestFile, TestFiles } from './TestFiles.ts';
import { verify } from './verify.ts';
import { findWork, isSmall } from './works.ts';

const FILES_FOLDER = join(tmpdir(), 'bucketdrop-bench-files');
const LANES = 6;
const CHECK_ATTEMPTS = 10;
const CHECK_PAUSE_MS = 5_000;

interface RunResult extends BrowserResult {
  lastSmallSeconds: number | null;
  preflights: number;
  bucketRequests: number;
  endpointRequests: number;
  connections: number;
}

/** Everything that a run of the bench needs, started once: browser, store, pages. */
export class Bench {
  readonly #options: BenchOptions;
  readonly #pages: string;
  readonly #store: BenchStore;
  readonly #browser: Browser;
  readonly #line: RunningProcess<LineCalls>;
  readonly #files = new TestFiles(FILES_FOLDER);
  #runs = 0;

  constructor(
    options: BenchOptions,
    parts: { pages: string; store: BenchStore; browser: Browser; line: RunningProcess<LineCalls> },
  ) {
    this.#options = options;
    this.#pages = parts.pages;
    this.#store = parts.store;
    this.#browser = parts.browser;
    this.#line = parts.line;
  }

  static async start(options: BenchOptions): Promise<Bench> {
    const pages = await mkdtemp(join(tmpdir(), 'bucketdrop-bench-pages-'));
    await buildPages(options.clients, pages);
    const store = await startStore(options.store);
    const line = await startProcess<LineCalls>(new URL('line/process.ts', import.meta.url));
    const browser = await chromium.launch({ executablePath: findBrowser(), args: CHROMIUM_FLAGS });
    return new Bench(options, { pages, store, browser, line });
  }

  get browserVersion(): string {
    return this.#browser.version();
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#line.stop();
    await this.#store.stop();
    await rm(this.#pages, { recursive: true, force: true });
  }

  /**
   * What the line really does; undefined for one that does nothing.
   *
   * @throws Error if it is not what it should be, also some seconds later
   */
  async check(name: LineName): Promise<LineCheck | undefined> {
    const settings: LineSettings = LINES[name];
    if (settings.rttMs === 0) return undefined;
    const drainPort = await this.#line.call.drainPort();
    for (let attempt = 1; ; attempt++) {
      const [port] = await this.#line.call.lay({ ...settings, resetsPerMib: 0 }, [drainPort]);
      try {
        return await checkLine(settings, port as number);
      } catch (error) {
        if (attempt === CHECK_ATTEMPTS) throw error;
        console.log(`${(error as Error).message}; once more`);
        await sleep(CHECK_PAUSE_MS);
      }
    }
  }

  /**
   * Runs each client in turn, and all of them again for each repetition, so that a moment in which the machine is
   * busy with something else does not fall on one client alone.
   */
  async compare(line: LineName, work: string): Promise<BenchRow[]> {
    const files = await this.#files.make(findWork(work));
    const results = new Map<string, RunResult[]>();
    for (let rep = 0; rep < this.#options.reps; rep++) {
      for (const client of this.#options.clients) {
        const result = await this.#run(line, client, files, rep);
        results.set(client, [...(results.get(client) ?? []), result]);
      }
    }
    const lineSeconds = idealSeconds(LINES[line], files);
    return [...results].map(([client, all]) => ({
      line,
      work,
      client,
      store: this.#options.store,
      ...summarize(all),
      lineSeconds,
    }));
  }

  async #run(line: LineName, client: string, files: TestFile[], rep: number): Promise<RunResult> {
    const run = `run-${++this.#runs}`;
    const site = await startProcess<SiteCalls>(new URL('site/process.ts', import.meta.url));
    try {
      const { pageUrl, directPort } = await this.#connect(line, site, rep, client, run);
      await this.#store.reset();
      await site.call.reset();
      const result = await runOnce(this.#browser, pageUrl, files, {
        api: `/api/${run}/${client}`,
        partSizeBytes: this.#options.partSizeBytes,
        lanes: LANES,
      });
      const counts = await (this.#store.counts?.() ?? this.#line.call.counts(directPort));
      const requests = (await this.#store.requests?.()) ?? [];
      const calls = await site.call.requests();
      await verify(this.#store, run, files, this.#files);
      if (this.#options.timeline && rep === this.#options.reps - 1)
        printTimeline([...requests, ...calls], result);
      const smallEnds = requests
        .filter(({ kind, bytes }) => /^(PUT|POST form)$/.test(kind) && bytes < 100_000)
        .map(({ endMs }) => endMs);
      const isMix = files.some(isSmall) && !files.every(isSmall) && smallEnds.length > 0;
      return {
        ...result,
        lastSmallSeconds: isMix ? (Math.max(...smallEnds) - result.startedMs) / 1000 : null,
        preflights: counts.preflights,
        bucketRequests: counts.requests,
        endpointRequests: calls.length,
        connections: counts.connections,
      };
    } catch (error) {
      throw new Error(`${client} on ${line}: ${(error as Error).message}`, { cause: error });
    } finally {
      site.stop();
    }
  }

  /** A fresh site for a page, and the line laid to it and to the bucket. */
  async #connect(name: LineName, site: RunningProcess<SiteCalls>, rep: number, client: string, run: string) {
    const settings: LineSettings = { ...LINES[name], seed: rep + 1 };
    const { directPort } = this.#store.place;
    const sitePort = await site.call.listen();
    // Without anything between, where the store can count by itself.
    const isDirect = settings.rttMs === 0 && this.#store.counts !== undefined;
    const [pagePort, publicPort] = isDirect
      ? [sitePort, directPort]
      : await this.#line.call.lay(settings, [sitePort, directPort]);
    await site.call.serve(
      this.#pages,
      { ...this.#store.place, publicPort: publicPort as number },
      run,
      client,
    );
    return { pageUrl: `http://127.0.0.1:${pagePort}/${client}`, directPort };
  }
}

function idealSeconds(settings: LineSettings, files: readonly TestFile[]): number | null {
  const rate = Math.min(bytesPerSecond(settings.upMbps), bytesPerSecond(settings.perConnectionMbps) * LANES);
  if (rate === Number.POSITIVE_INFINITY) return null;
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / rate;
}

function summarize(all: readonly RunResult[]) {
  const middle = (name: keyof RunResult): number => {
    const sorted = all.map((one) => one[name] as number).sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)] as number;
  };
  const worst = (name: keyof RunResult): number => Math.max(...all.map((one) => one[name] as number));
  return {
    reps: all.length,
    seconds: round(middle('seconds'), 3),
    allSeconds: all.map(({ seconds }) => round(seconds, 3)),
    lastSmallSeconds: all.some((one) => one.lastSmallSeconds === null)
      ? null
      : round(middle('lastSmallSeconds'), 3),
    preflights: middle('preflights'),
    bucketRequests: middle('bucketRequests'),
    endpointRequests: middle('endpointRequests'),
    connections: middle('connections'),
    heapGrowthBytes: worst('heapGrowthBytes'),
    heapRetainedBytes: worst('heapRetainedBytes'),
    longTasksMs: Math.round(worst('longTasksMs')),
    longestTaskMs: Math.round(worst('longestTaskMs')),
    slowestClickMs: worst('slowestClickMs'),
    verified: true as const,
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
