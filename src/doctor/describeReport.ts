import type { Check, Fix, Report } from './Report.ts';

const MARKS: Record<Check['status'], string> = { passed: '✓', failed: '✗', noted: '!', skipped: '-' };

/** The findings as text for a terminal: each check on a line, then what to do. */
export function describeReport(report: Report): string {
  const lines = report.checks.flatMap(describeCheck);
  const fixes = describeFixes(report.checks);
  const left =
    report.leftBehind.length === 0
      ? []
      : ['', 'Left in the bucket, for you to delete:', ...report.leftBehind.map((key) => `  ${key}`)];
  const verdict = report.healthy ? 'Uploads work.' : `Uploads do not work: ${report.causes.join(', ')}.`;
  return [...lines, ...fixes, ...left, '', verdict].join('\n');
}

function describeCheck({ title, status, message }: Check): string[] {
  return [`${MARKS[status]} ${title}: ${message}`];
}

/** What several checks ask for is said once. */
function describeFixes(checks: readonly Check[]): string[] {
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const { status, fixes = [] } of checks) {
    if (status !== 'failed') continue;
    for (const fix of fixes) {
      const text = describeFix(fix);
      if (!seen.has(text)) lines.push('', text);
      seen.add(text);
    }
  }
  return lines.length === 0 ? [] : ['', 'What to do', ...lines];
}

function describeFix({ say, paste }: Fix): string {
  if (paste === undefined) return say;
  return [say, '', ...paste.split('\n').map((line) => `    ${line}`)].join('\n');
}
