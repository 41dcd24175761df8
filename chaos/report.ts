import type { RunResult } from './RunResult.ts';

export interface ChaosReport {
  runs: number;
  failures: number;
  faults: Record<string, number>;
  faultsInAll: number;
  bytes: number;
  bytesBeyond: number;
  bytesBeyondPerRun: number;
  manualRetries: number;
  deaths: number;
  untoldObjects: number;
  untoldDamaged: number;
  seconds: number;
  secondsPerRun: number;
  results: readonly RunResult[];
}

/** All runs in one table's numbers. */
export function report(results: readonly RunResult[]): ChaosReport {
  const sum = (read: (result: RunResult) => number) => results.reduce((all, one) => all + read(one), 0);
  const faults = new Map<string, number>();
  for (const result of results)
    for (const [kind, count] of Object.entries(result.faults))
      faults.set(kind, (faults.get(kind) ?? 0) + count);
  const sorted = [...faults].sort(([, one], [, other]) => other - one);
  const bytesBeyond = sum((result) => result.bytesBeyond);
  const seconds = Math.round(sum((result) => result.seconds));
  const runs = Math.max(1, results.length);
  return {
    runs: results.length,
    failures: results.filter(({ problems }) => problems.length > 0).length,
    faults: Object.fromEntries(sorted),
    faultsInAll: sorted.reduce((all, [, count]) => all + count, 0),
    bytes: sum((result) => result.bytes),
    bytesBeyond,
    bytesBeyondPerRun: Math.round(bytesBeyond / runs),
    manualRetries: sum((result) => result.manualRetries),
    deaths: sum((result) => result.deaths),
    untoldObjects: sum((result) => result.untoldObjects),
    untoldDamaged: sum((result) => result.untoldDamaged),
    seconds,
    secondsPerRun: Math.round((seconds / runs) * 10) / 10,
    results,
  };
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** The table, for people. */
export function printReport(all: ChaosReport): string {
  const lines: [string, string][] = [
    ['runs', String(all.runs)],
    ['failures', String(all.failures)],
    ['faults', String(all.faultsInAll)],
    ...Object.entries(all.faults).map(([kind, count]): [string, string] => [`  ${kind}`, String(count)]),
    ['files’ bytes', megabytes(all.bytes)],
    ['sent beyond', `${megabytes(all.bytesBeyond)}, ${megabytes(all.bytesBeyondPerRun)} a run`],
    ['pages that died', String(all.deaths)],
    ['objects they left untold', String(all.untoldObjects)],
    ['  of these, damaged', String(all.untoldDamaged)],
    ['"Try again" pressed', String(all.manualRetries)],
    ['time', `${all.seconds} s, ${all.secondsPerRun} s a run`],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** One run in one line. */
export function printRun({ seed, face, files, bytes, faults, seconds, ...run }: RunResult): string {
  const struck = Object.entries(faults).map(([kind, count]) => (count > 1 ? `${count} × ${kind}` : kind));
  const verdict = run.problems.length > 0 ? 'FAILED' : 'ok';
  const retries = run.manualRetries > 0 ? `, tried again ${run.manualRetries} ×` : '';
  return `${verdict.padEnd(6)} seed ${seed}  ${face}, ${files} files, ${megabytes(bytes)}, ${seconds.toFixed(1)} s${retries}: ${struck.join(', ')}`;
}
