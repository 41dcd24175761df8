import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import type { CopyCalls, CopyState } from './load/process.ts';
import { storePhoto, visit } from './load/visit.ts';
import { type RunningProcess, startProcess } from './processes/startProcess.ts';
import type { SinkCalls } from './sink/process.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '1000' },
    copies: { type: 'string', default: '1,2' },
  },
});
const SECONDS = Number(values.seconds);
const CLIENTS = Number(values.clients);
const WARM_UP_SECONDS = Math.min(15, SECONDS);
/** What memory may grow by between the end of the warm-up and the end of the run. */
const MOST_GROWTH = 1.25;
const MB = 1_000_000;

interface Run {
  copies: number;
  requestsPerSecond: number;
  /** Of the copies' own CPU time: what more cores would bring. */
  requestsPerCpuSecond: number;
  p50: number;
  p99: number;
  errors: number;
  /** By copy: at the start, in the middle, at the end. */
  rssBytes: number[][];
}

async function cannon(urls: readonly string[], seconds: number) {
  const results = await Promise.all(
    urls.map(async (url) =>
      autocannon({
        url,
        connections: CLIENTS / urls.length,
        duration: seconds,
        timeout: 30,
        requests: visit(await storePhoto(url)),
      }),
    ),
  );
  return results;
}

/** Copies of the endpoint, each its own process with its share of the clients, as behind a load balancer. */
async function measure(count: number, sink: RunningProcess<SinkCalls>): Promise<Run> {
  const copies = await Promise.all(
    Array.from({ length: count }, () => startProcess<CopyCalls>(new URL('load/process.ts', import.meta.url))),
  );
  try {
    const sinkPort = await sink.call.port();
    const ports = await Promise.all(copies.map((copy) => copy.call.serve(sinkPort)));
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const states = () => Promise.all(copies.map((copy) => copy.call.state()));
    await cannon(urls, WARM_UP_SECONDS);
    const samples: CopyState[][] = [await states()];
    const middle = setTimeout(async () => samples.push(await states()), SECONDS * 500);
    const results = await cannon(urls, SECONDS);
    clearTimeout(middle);
    samples.push(await states());
    const [first = [], , last = []] = samples;
    const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
    const answered = sum(results.map((result) => result['2xx']));
    const cpu = sum(last.map((state, index) => state.cpuSeconds - (first[index]?.cpuSeconds ?? 0)));
    for (const { log } of last) for (const entry of log.slice(0, 5)) console.log(entry);
    return {
      copies: count,
      requestsPerSecond: answered / SECONDS,
      requestsPerCpuSecond: answered / cpu,
      p50: Math.max(...results.map((result) => result.latency.p50)),
      p99: Math.max(...results.map((result) => result.latency.p99)),
      errors: sum(results.map((result) => result.errors + result.timeouts + result.non2xx)),
      rssBytes: copies.map((_, index) => samples.map((sample) => sample[index]?.rssBytes ?? 0)),
    };
  } finally {
    for (const copy of copies) copy.stop();
  }
}

function print(run: Run): void {
  const memory = run.rssBytes.map((rss) => rss.map((bytes) => Math.round(bytes / MB)).join(' / ')).join(', ');
  console.log(
    `${run.copies} process${run.copies > 1 ? 'es' : ''}: ${Math.round(run.requestsPerSecond)} requests/s ` +
      `(${Math.round(run.requestsPerCpuSecond)} a second of its CPU), p50 ${run.p50} ms, p99 ${run.p99} ms, ` +
      `${run.errors} errors, RSS ${memory} MB`,
  );
}

/**
 * 1,000 clients at once on one process of the endpoint, then on two. `npm run bench:endpoint`
 *
 * Ends with 1 after an error, or when memory grew.
 */
const sink = await startProcess<SinkCalls>(new URL('sink/process.ts', import.meta.url));
console.log(
  `${CLIENTS} clients for ${SECONDS} s, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}`,
);
try {
  for (const count of values.copies.split(',').map(Number)) {
    const run = await measure(count, sink);
    print(run);
    const grown = run.rssBytes.some(([start = 0, , end = 0]) => end > start * MOST_GROWTH);
    if (run.errors > 0 || grown) process.exitCode = 1;
  }
} finally {
  sink.stop();
}
