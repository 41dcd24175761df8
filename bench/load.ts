import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import type { CopyCalls, CopyState } from './load/process.ts';
import { crowd, storePhoto, visit } from './load/visit.ts';
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
const THINK_MS = 5_000;
const SATURATING_CLIENTS = 50;
const SATURATED_SECONDS = Math.min(20, SECONDS);
/** What memory may grow by between the end of the warm-up and the end of the run. */
const MOST_GROWTH = 1.25;
const MB = 1_000_000;

interface Run {
  copies: number;
  crowd: { requestsPerSecond: number; p50: number; p99: number; errors: string[] };
  /** By copy: at the start, in the middle, at the end of the crowd. */
  rssBytes: number[][];
  /** With a few clients that never pause. `perCpuSecond`: of the copies' own CPU time, so what more cores would bring. */
  most: { requestsPerSecond: number; perCpuSecond: number; errors: number };
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

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

    const samples: CopyState[][] = [];
    const sample = async () => samples.push(await states());
    const timers = [0, SECONDS / 2].map((after) => setTimeout(sample, (WARM_UP_SECONDS + after) * 1000));
    const startMs = performance.now() + WARM_UP_SECONDS * 1000;
    const untilMs = startMs + SECONDS * 1000;
    const isCounted = () => performance.now() >= startMs;
    const { latenciesMs, errors } = await crowd(urls, {
      people: CLIENTS,
      thinkMs: THINK_MS,
      untilMs,
      isCounted,
    });
    await sample();
    for (const timer of timers) clearTimeout(timer);
    latenciesMs.sort((a, b) => a - b);
    const at = (share: number) => Math.round(latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0);

    const before = await states();
    const results = await saturate(urls);
    const after = await states();
    const answered = sum(results.map((result) => result['2xx']));
    const cpu = sum(after.map((state, index) => state.cpuSeconds - (before[index]?.cpuSeconds ?? 0)));
    for (const { log } of after) for (const entry of log.slice(0, 5)) console.log(entry);
    return {
      copies: count,
      crowd: { requestsPerSecond: latenciesMs.length / SECONDS, p50: at(0.5), p99: at(0.99), errors },
      rssBytes: copies.map((_, index) => samples.map((one) => one[index]?.rssBytes ?? 0)),
      most: {
        requestsPerSecond: answered / SATURATED_SECONDS,
        perCpuSecond: answered / cpu,
        errors: sum(results.map((result) => result.errors + result.non2xx)),
      },
    };
  } finally {
    for (const copy of copies) copy.stop();
  }
}

/** Node takes one new connection in each turn of its loop: a thousand that never pause would keep each other out. */
function saturate(urls: readonly string[]) {
  return Promise.all(
    urls.map(async (url) =>
      autocannon({
        url,
        connections: SATURATING_CLIENTS / urls.length,
        duration: SATURATED_SECONDS,
        timeout: 30,
        requests: visit(await storePhoto(url)),
      }),
    ),
  );
}

function print({ copies, crowd: { errors, ...crowd }, rssBytes, most }: Run): void {
  const memory = rssBytes.map((rss) => rss.map((bytes) => Math.round(bytes / MB)).join(' / ')).join(', ');
  console.log(
    `${copies} process${copies > 1 ? 'es' : ''}: ${Math.round(crowd.requestsPerSecond)} requests/s of ${CLIENTS} clients, ` +
      `p50 ${crowd.p50} ms, p99 ${crowd.p99} ms, ${errors.length} errors, RSS ${memory} MB; ` +
      `at most ${Math.round(most.requestsPerSecond)} requests/s (${Math.round(most.perCpuSecond)} a second of its CPU), ` +
      `${most.errors} errors`,
  );
  for (const error of errors.slice(0, 5)) console.log(error);
}

/**
 * 1,000 clients at once on one process of the endpoint, then on two; and how much they take at most.
 * `npm run bench:endpoint`
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
    if (run.crowd.errors.length + run.most.errors > 0 || grown) process.exitCode = 1;
  }
} finally {
  sink.stop();
}
