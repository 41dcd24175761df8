import type { PageResult } from './clients/BenchClient.ts';
import type { SinkRequest } from './sink/Sink.ts';

/**
 * One line for each request as bucket and site saw it, with how long its connection had been idle before: where the
 * time went. Times in seconds from the start.
 */
export function printTimeline(requests: readonly SinkRequest[], { startedMs, seconds }: PageResult): void {
  const idleSince = new Map<number, number>();
  const numbers = new Map<number, number>();
  for (const request of [...requests].sort((a, b) => a.startMs - b.startMs)) {
    const { connection, kind, bytes, startMs, endMs } = request;
    if (!numbers.has(connection) && connection > 0) numbers.set(connection, numbers.size + 1);
    const idle = startMs - (idleSince.get(connection) ?? startedMs);
    if (connection > 0) idleSince.set(connection, endMs);
    console.log(
      [
        formatSeconds(startMs - startedMs),
        formatSeconds(endMs - startedMs),
        connection > 0 ? `#${numbers.get(connection)} idle ${formatSeconds(idle)}` : ' '.repeat(16),
        kind.padEnd(18),
        `${(bytes / 1024).toFixed(0)} KiB`,
      ].join('  '),
    );
  }
  console.log(`${formatSeconds(seconds * 1000)}  done`);
}

function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(3).padStart(8);
}
