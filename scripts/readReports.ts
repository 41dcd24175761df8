import { readFileSync } from 'node:fs';
import type { StepResult } from './runStep.ts';

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

function numbers<Name extends string>(value: unknown, names: readonly Name[]): Record<Name, number> {
  const record = (value ?? {}) as Record<string, unknown>;
  for (const name of names)
    if (typeof record[name] !== 'number') throw new Error(`there is no number "${name}" in it`);
  return record as Record<Name, number>;
}

/** Without colours, and no longer than a terminal is wide, twice. */
function lineOf(title: string, message = ''): string {
  const plain = message.replaceAll(ANSI, '').replaceAll(/\s+/g, ' ').trim();
  return `${title}: ${plain}`.slice(0, 240);
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
const ANSI = /\u001b\[[0-9;]*m/g;

interface VitestFile {
  assertionResults?: { status?: string; fullName?: string; failureMessages?: string[] }[];
}

/**
 * Vitest's JSON report.
 * @throws Error if it is not one.
 */
export function readVitestReport(file: string): StepResult {
  const json = readJson(file) as { testResults?: VitestFile[] };
  const report = numbers(json, ['numPassedTests', 'numFailedTests', 'numPendingTests', 'numTodoTests']);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: (json.testResults ?? [])
      .flatMap(({ assertionResults = [] }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName = '', failureMessages }) => lineOf(fullName, failureMessages?.[0])),
  };
}

interface PlaywrightSuite {
  file?: string;
  suites?: PlaywrightSuite[];
  specs?: { title?: string; file?: string; tests?: PlaywrightTest[] }[];
}
interface PlaywrightTest {
  projectName?: string;
  status?: string;
  results?: { errors?: { message?: string }[] }[];
}

function failuresOf({ suites = [], specs = [] }: PlaywrightSuite): string[] {
  const own = specs.flatMap(({ title, file, tests = [] }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ projectName, results = [] }) =>
        lineOf(
          `[${projectName}] ${file} ${title}`,
          results
            .flatMap(({ errors = [] }) => errors)
            .map(({ message }) => message)
            .join('; '),
        ),
      ),
  );
  return [...own, ...suites.flatMap(failuresOf)];
}

/**
 * Playwright's JSON report. A test that passed only when it was run again has failed.
 * @throws Error if it is not one.
 */
export function readPlaywrightReport(file: string): StepResult {
  const { stats, suites = [] } = readJson(file) as { stats?: unknown; suites?: PlaywrightSuite[] };
  const { expected, unexpected, flaky, skipped } = numbers(stats, [
    'expected',
    'unexpected',
    'flaky',
    'skipped',
  ]);
  return { passed: expected, failed: unexpected + flaky, skipped, failures: failuresOf({ suites }) };
}
