import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPlaywrightReport, readVitestReport } from './readReports.ts';
import { judge, runStep } from './runStep.ts';

const folder = mkdtempSync(join(tmpdir(), 'bucketdrop-steps-'));
afterAll(() => rmSync(folder, { recursive: true }));
const report = (content: unknown) => {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
};
const node = (code: string) => ({ name: 'x', command: process.execPath, args: ['-e', code] });

describe('a step', () => {
  it('passes or fails by its exit code', async () => {
    expect(await runStep(node(''))).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(await runStep(node('process.exit(3)'))).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(await runStep(node('process.kill(process.pid)'))).toMatchObject({ failed: 1 });
    expect(await runStep({ name: 'x', command: 'no-such-command', args: [] })).toMatchObject({ failed: 1 });
  });

  it('has failed when it ends badly, whatever its report says', () => {
    const fine = { passed: 5, failed: 0, skipped: 0 };
    expect(judge(0, fine)).toEqual(fine);
    expect(judge(1, fine)).toEqual({ passed: 5, failed: 1, skipped: 0 });
    expect(judge(1, { passed: 5, failed: 2, skipped: 0 })).toEqual({ passed: 5, failed: 2, skipped: 0 });
  });

  it('has failed when it ran no test at all', () => {
    expect(judge(0, { passed: 0, failed: 0, skipped: 0 })).toMatchObject({ failed: 1 });
  });

  it('has failed when its report is missing', async () => {
    const count = () => readVitestReport(join(folder, 'none.json'));
    expect(await runStep({ ...node(''), count })).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('a report', () => {
  it('is read from Vitest', () => {
    const numbers = { numPassedTests: 7, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 };
    const results = [
      { status: 'passed', fullName: 'adds', failureMessages: [] },
      {
        status: 'failed',
        fullName: 'divides',
        failureMessages: ['\u001b[31mAssertionError\u001b[39m:\n  1 is not 2'],
      },
    ];
    const file = report({ ...numbers, testResults: [{ assertionResults: results }, {}] });
    expect(readVitestReport(file)).toEqual({
      passed: 7,
      failed: 2,
      skipped: 2,
      failures: ['divides: AssertionError: 1 is not 2'],
    });
  });

  it('is read from Playwright, a flaky test being a failed one', () => {
    const stats = { expected: 7, unexpected: 1, flaky: 2, skipped: 4 };
    const results = [{ errors: [{ message: 'Error: 5\n  is not 6' }, { message: 'x'.repeat(300) }] }];
    const tests = [
      { projectName: 'local', status: 'expected', results: [] },
      { projectName: 'ceph', status: 'unexpected', results },
    ];
    const specs = [{ title: 'sends', file: 'upload.spec.ts', tests }];
    const read = readPlaywrightReport(report({ stats, suites: [{ suites: [{ specs }] }] }));
    expect(read).toMatchObject({ passed: 7, failed: 3, skipped: 4 });
    expect(read.failures).toEqual([
      expect.stringMatching(/^\[ceph\] upload\.spec\.ts sends: Error: 5 is not 6; x+$/),
    ]);
    expect(read.failures?.[0]).toHaveLength(240);
  });

  it('is refused when it is something else', () => {
    expect(() => readPlaywrightReport(report({}))).toThrow('expected');
    expect(() => readVitestReport(report({ numPassedTests: 7 }))).toThrow('numFailedTests');
  });
});
