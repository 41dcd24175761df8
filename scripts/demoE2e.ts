import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUT = 'test-results/demo';
/** Between two steps: long enough to see what happened. */
const PACE_MS = 700;

/** Plays the main flows one after another for somebody who watches, and leaves traces to step through. */
function demoE2e(): void {
  const hasDisplay =
    Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY) || process.platform !== 'linux';
  if (!hasDisplay)
    console.log('There is no display, so the browser stays invisible; look at the traces afterwards.');
  const { status } = spawnSync(
    'playwright',
    [
      'test',
      '--project',
      'local',
      '--grep',
      '@flow',
      '--workers',
      '1',
      '--timeout',
      '300000',
      '--output',
      OUTPUT,
    ],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        BUCKETDROP_SLOW_MO: String(PACE_MS),
        BUCKETDROP_HEADED: hasDisplay ? '1' : '0',
      },
    },
  );
  const traces = readdirSync(OUTPUT, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('trace.zip'),
  );
  console.log(`\n${traces.length} traces. To step through one:\n`);
  for (const trace of traces) console.log(`  npx playwright show-trace ${join(OUTPUT, trace)}`);
  process.exitCode = status ?? 1;
}

demoE2e();
