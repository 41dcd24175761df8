/** What the runner tells a page. */
export interface ClientSettings {
  /** Of this client and this run: `/api/RUN/CLIENT`. */
  api: string;
  /** For clients whose part size is chosen by hand. */
  partSizeBytes: number;
  /** Requests at once. */
  lanes: number;
}

/** Sends the files; resolves when the last is known to be stored. This is what is timed. */
export type SendFiles = (files: File[]) => Promise<void>;
/** What happens while a page loads, before anybody drops a file. */
export type BenchClient = (settings: ClientSettings) => SendFiles | Promise<SendFiles>;

export interface PageResult {
  seconds: number;
  /** Milliseconds since 1970. */
  startedMs: number;
  longTasksMs: number;
  longestTaskMs: number;
  /** Of the clicks that the runner makes all the while: from the click to the next frame. */
  slowestClickMs: number;
}

declare global {
  interface Window {
    startBench: (settings: ClientSettings) => Promise<PageResult>;
  }
}

/**
 * Makes a client known to the runner; the files are those that were chosen in the page's input.
 *
 * @param isLookUpCounted whether the client is also measured by how it looks up the sizes of thousands of files. The
 * browser asks the system for each when it is first read, and the page waits: for all other clients the bench does so
 * before anything counts, since the loop would be the bench's own.
 */
export function registerClient(client: BenchClient, isLookUpCounted = false): void {
  window.startBench = async (settings) => {
    const files = [...(document.querySelector('input')?.files ?? [])];
    if (!isLookUpCounted && files.some(({ size }) => Number.isNaN(size)))
      throw new Error('a file without a size');
    const longTasks: number[] = [];
    const observer = new PerformanceObserver((list) => {
      longTasks.push(...list.getEntries().map((entry) => entry.duration));
    });
    observer.observe({ type: 'longtask' });
    const clicks: number[] = [];
    document.addEventListener('pointerdown', ({ timeStamp }) => {
      requestAnimationFrame(() => clicks.push(performance.now() - timeStamp));
    });
    const send = await client(settings);
    // Nobody drops files sooner; and reading the list of files is not taken for the client's work.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    longTasks.length = 0;
    clicks.length = 0;
    const start = performance.now();
    await send(files);
    const seconds = (performance.now() - start) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 100));
    observer.disconnect();
    return {
      seconds,
      startedMs: performance.timeOrigin + start,
      longTasksMs: longTasks.reduce((sum, duration) => sum + duration, 0),
      longestTaskMs: Math.max(0, ...longTasks),
      slowestClickMs: Math.round(Math.max(0, ...clicks)),
    };
  };
}

/** A call to the site's server. */
export async function ask<Answer>(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Answer;
}
