import type { SinkRequest } from './sink/Sink.ts';

const MAX_LINES = 80;

/** One line for each request as the bucket saw it, with what the connection did before: where the time went. */
export function printTimeline(requests: readonly SinkRequest[], startedMs: number): void {
  const lastEnd = new Map<number, number>();
  const numbers = new Map<number, number>();
  const seconds = (ms: number) => (ms / 1000).toFixed(3).padStart(8);
  for (const request of [...requests].sort((a, b) => a.startMs - b.startMs).slice(0, MAX_LINES)) {
    const { connection, kind, bytes, startMs, endMs } = request;
    if (!numbers.has(connection)) numbers.set(connection, numbers.size + 1);
    const idle = lastEnd.has(connection)
      ? startMs - (lastEnd.get(connection) as number)
      : startMs - startedMs;
    lastEnd.set(connection, endMs);
    console.log(
      `${seconds(startMs - startedMs)} ${seconds(endMs - startedMs)}  connection ${String(numbers.get(connection)).padEnd(3)}` +
        ` idle ${seconds(idle)}  ${kind.padEnd(14)} ${(bytes / 1024).toFixed(0).padStart(8)} KiB`,
    );
  }
}
