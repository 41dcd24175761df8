import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import globalSetup, { builtPages } from '../e2e/globalSetup.ts';
import { planRun } from './planRun.ts';
import { RunLog } from './RunLog.ts';
import type { StoreKind } from './RunPlan.ts';
import type { RunResult } from './RunResult.ts';
import { printReport, printRun, report } from './report.ts';
import { runOnce } from './runOnce.ts';
import { Stage } from './Stage.ts';

const HELP = `npm run chaos -- [options]

Uploads files by a real browser while everything around it breaks, and checks every byte that arrived.

  --runs N         how many runs (default 12)
  --seed S         the first run's seed; the next ones count on from it (default 1)
  --store KIND     local (default) or ceph
  --json FILE      writes the table and every run
  --verbose        every run's log, also of those that go well
`;
// it is for those who choose the SDK's version
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const LOGS = '.bucketdrop/chaos';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    store: { type: 'string', default: 'local' },
    json: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} is "${text}"; it has to be a whole number`);
  return Number(text);
}

async function chaos(): Promise<void> {
  const runs = wholeNumber('runs', values.runs);
  const first = wholeNumber('seed', values.seed);
  if (values.store !== 'local' && values.store !== 'ceph') throw new RangeError('--store is local or ceph');
  const store: StoreKind = values.store;
  const cleanUp = await globalSetup();
  const results: RunResult[] = [];
  try {
    const stage = await Stage.open(store, builtPages());
    try {
      for (let seed = first; seed < first + runs; seed++) {
        const log = new RunLog();
        const result = await runOnce(planRun(seed, store), stage, log);
        results.push(result);
        console.log(printRun(result));
        if (result.problems.length > 0 || result.manualRetries > 0 || values.verbose) tellAbout(result, log);
        if (values.json) writeFileSync(values.json, JSON.stringify(report(results), null, 2));
      }
    } finally {
      await stage.close();
    }
  } finally {
    await cleanUp();
  }
  const all = report(results);
  console.log(`\n${printReport(all)}`);
  process.exitCode = all.failures > 0 ? 1 : 0;
}

function tellAbout({ seed, store, problems }: RunResult, log: RunLog): void {
  mkdirSync(LOGS, { recursive: true });
  const file = join(LOGS, `${store}-${seed}.log`);
  writeFileSync(file, `${log.lines.join('\n')}\n`);
  for (const problem of problems) console.log(`         ${problem}`);
  console.log(`         log: ${file}; again: npm run chaos -- --runs 1 --seed ${seed} --store ${store}`);
}

if (values.help) console.log(HELP);
else await chaos();
