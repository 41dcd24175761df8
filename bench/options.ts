import { parseArgs } from 'node:util';
import { LINES, type LineName } from './lines.ts';
import { STORES, type StoreName } from './stores/startStore.ts';
import { findWork, WORKS } from './works.ts';

export interface BenchOptions {
  lines: LineName[];
  works: string[];
  clients: string[];
  reps: number;
  store: StoreName;
  /** Where the rows go. */
  json: string | undefined;
  /** Of the clients that let it be chosen; ours chooses by itself. */
  partSizeBytes: number;
  netns: boolean;
  /** What each request did when, for the last run of each case. */
  timeline: boolean;
}

/** Each is a bundle of its own; the path is that of its module. */
export const CLIENTS: Readonly<Record<string, string>> = {
  bare: 'bare.ts',
  'bare-put': 'bare-put.ts',
  'bare-hosts': 'bare-hosts.ts',
  ours: 'ours.ts',
  'ours-hosts': 'ours.ts',
  'ours-uppy': 'ours-uppy.ts',
  'ours-widget': 'ours-widget.ts',
  stock: 'stock.ts',
  'stock-form': 'stock-form.ts',
  uppy5: 'uppy5/main.ts',
  'better-upload': 'better-upload.ts',
  'lib-storage': 'lib-storage.ts',
};

const MIB = 1024 * 1024;
const DEFAULTS = {
  lines: 'loopback,wan60,wan150',
  works: 'big,small',
  clients: 'bare,ours,stock,uppy5,better-upload',
  reps: 3,
};
/** A few minutes on an ordinary machine. */
const QUICK = { lines: 'loopback,wan60', works: 'mib:64,files:60', clients: 'bare,ours,stock', reps: 1 };

export const HELP = `npm run bench -- [options]
  --line NAMES      ${Object.keys(LINES).join(', ')} (${DEFAULTS.lines})
  --work NAMES      ${Object.keys(WORKS).join(', ')}, files:N, mib:N (${DEFAULTS.works})
  --clients NAMES   ${Object.keys(CLIENTS).join(', ')}
                    (${DEFAULTS.clients})
  --reps N          runs of each case, of which the median counts (${DEFAULTS.reps})
  --store NAME      ${STORES.join(', ')} (sink)
  --json FILE       one row for each case
  --part-mib N      part size of bare, stock, uppy5 and better-upload (8)
  --timeline        prints the requests of the last run of each case (sink only)
  --netns           in a network namespace with small socket buffers (root on Linux)
  --quick           little work, once`;

/** @throws Error that says which option is wrong */
export function readOptions(argv: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      line: { type: 'string' },
      work: { type: 'string' },
      clients: { type: 'string' },
      reps: { type: 'string' },
      store: { type: 'string', default: 'sink' },
      json: { type: 'string' },
      'part-mib': { type: 'string', default: '8' },
      timeline: { type: 'boolean', default: false },
      netns: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const preset = values.quick ? QUICK : DEFAULTS;
  const works = list(values.work ?? preset.works);
  for (const work of works) findWork(work);
  return {
    lines: pick(list(values.line ?? preset.lines), Object.keys(LINES) as LineName[], 'line'),
    works,
    clients: pick(list(values.clients ?? preset.clients), Object.keys(CLIENTS), 'client'),
    reps: positive(values.reps ?? String(preset.reps), '--reps'),
    store: pick([values.store], STORES, 'store')[0] as StoreName,
    json: values.json,
    partSizeBytes: positive(values['part-mib'], '--part-mib') * MIB,
    netns: values.netns,
    timeline: values.timeline,
  };
}

function list(text: string): string[] {
  return text.split(',').filter(Boolean);
}

function pick<T extends string>(names: readonly string[], known: readonly T[], what: string): T[] {
  return names.map((name) => {
    const found = known.find((one) => one === name);
    if (!found) throw new Error(`no ${what} "${name}": ${known.join(', ')}`);
    return found;
  });
}

function positive(text: string, option: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${option} takes a number above 0`);
  return number;
}
