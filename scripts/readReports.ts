import { readFileSync } from 'node:fs';
import type { StepResult } from './runStep.ts';

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

function numbers<Name extends string>(value: unknown, names: readonly Name[]): Record<Name, number> {
  const record = (value ?? {}) as Record<string, unknown>;
  for (const name of names)
    if (typeof record[name] !== 'number') throw new Error(`there is no number "${name}" in it`);
  return record as Record<Name, number>;
}

/**
 * Vitest's JSON report.
 * @throws Error if it is not one.
 */
export function readVitestReport(file: string): StepResult {
  const report = numbers(readJson(file), [
    'numPassedTests',
    'numFailedTests',
    'numPendingTests',
    'numTodoTests',
  ]);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * Playwright's JSON report. A test that passed only when it was run again has failed.
 * @throws Error if it is not one.
 */
export function readPlaywrightReport(file: string): StepResult {
  const { stats } = readJson(file) as { stats?: unknown };
  const { expected, unexpected, flaky, skipped } = numbers(stats, [
    'expected',
    'unexpected',
    'flaky',
    'skipped',
  ]);
  return { passed: expected, failed: unexpected + flaky, skipped };
}
