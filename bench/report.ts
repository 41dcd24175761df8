import type { BenchRow } from './BenchRow.ts';

const MB = 1e6;

/** The rows of one line and one work as a table, with ratios to bare and to the line's own time. */
export function formatTable(rows: readonly BenchRow[]): string {
  const bare = rows.find(({ client }) => client === 'bare');
  const cells = [
    [
      'client',
      'seconds',
      'x line',
      'x bare',
      'preflights',
      'bucket',
      'endpoint',
      'connections',
      'heap MB',
      'kept MB',
      'long tasks ms',
      'longest',
      'click ms',
      ...(rows.some(({ lastSmallSeconds }) => lastSmallSeconds !== null) ? ['last small'] : []),
    ],
    ...rows.map((row) => [
      row.client,
      row.seconds.toFixed(2),
      ratio(row.seconds, row.lineSeconds),
      ratio(row.seconds, bare?.seconds),
      String(row.preflights),
      String(row.bucketRequests),
      String(row.endpointRequests),
      String(row.connections),
      (row.heapGrowthBytes / MB).toFixed(1),
      (row.heapRetainedBytes / MB).toFixed(1),
      String(row.longTasksMs),
      String(row.longestTaskMs),
      String(row.slowestClickMs),
      ...(row.lastSmallSeconds === null ? [] : [row.lastSmallSeconds.toFixed(2)]),
    ]),
  ];
  const widths = (cells[0] as string[]).map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
        )
        .join('  '),
    )
    .join('\n');
}

function ratio(seconds: number, base: number | null | undefined): string {
  return base ? (seconds / base).toFixed(2) : '-';
}
