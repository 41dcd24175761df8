import { mkdirSync, rmSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { readPlaywrightReport, readVitestReport } from './readReports.ts';
import { runStep, type Step, type StepResult } from './runStep.ts';

const REPORTS = resolve('.bucketdrop/reports');
const UNIT_REPORT = `${REPORTS}/unit.json`;
const BROWSER_REPORT = `${REPORTS}/browser.json`;

// a skipped test hides something; where nobody watches, that is a failure
const skippedIsFailed = Boolean(process.env.CI);

const SHOWN_FAILURES = 20;

const STEPS: readonly Step[] = [
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'lint', command: 'biome', args: ['ci', '.'] },
  {
    name: 'unit',
    command: 'vitest',
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`],
    count: () => readVitestReport(UNIT_REPORT),
  },
  { name: 'build', command: 'npm', args: ['run', '--silent', 'build'] },
  { name: 'publint', command: 'publint', args: ['--strict'] },
  {
    name: 'attw',
    command: 'attw',
    args: [
      '--pack',
      '.',
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      './style.css',
      './bucketdrop.min.js',
    ],
  },
  { name: 'package', command: 'tsx', args: ['scripts/checkPackage.ts'] },
  { name: 'sizes', command: 'tsx', args: ['scripts/checkSizes.ts'] },
  { name: 'unused', command: 'knip', args: [] },
  {
    name: 'browser',
    command: 'playwright',
    args: ['test'],
    env: { BUCKETDROP_JSON_REPORT: BROWSER_REPORT },
    count: () => readPlaywrightReport(BROWSER_REPORT),
  },
];

/** Runs every step (or those named on the command line), goes on after a failure, and says it all in one line. */
async function test(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(
      `No step is called ${unknown.join(', ')}. There are: ${STEPS.map((s) => s.name).join(', ')}`,
    );
    process.exitCode = 2;
    return;
  }
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  process.env.PATH = `${resolve('node_modules/.bin')}${delimiter}${process.env.PATH}`;

  const summary: string[] = [];
  // Said once more at the end, where it is found.
  const failures: string[] = [];
  const total: StepResult = { passed: 0, failed: 0, skipped: 0 };
  for (const step of STEPS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    console.log(`\n== ${step.name}`);
    const started = performance.now();
    const result = await runStep(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const failed = result.failed + (skippedIsFailed ? result.skipped : 0);
    total.passed += result.passed;
    total.failed += failed;
    failures.push(...(result.failures ?? []));
    summary.push(
      `${failed > 0 ? 'FAILED' : 'passed'}  ${step.name.padEnd(8)} ${seconds.padStart(7)} s  ` +
        `${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ''}`,
    );
  }
  if (failures.length > 0) console.log(`\n${failures.slice(0, SHOWN_FAILURES).join('\n')}`);
  console.log(`\n${summary.join('\n')}\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

await test(process.argv.slice(2));
