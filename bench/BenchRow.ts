/** One case: the median over its runs, and the worst of what has a limit. */
export interface BenchRow {
  line: string;
  work: string;
  client: string;
  store: string;
  reps: number;
  /** From the start until the last file is known to be stored. */
  seconds: number;
  allSeconds: number[];
  /** The bytes divided by the line's rate; null where the line has none. */
  lineSeconds: number | null;
  /** Of a mix: when the last small file was stored. */
  lastSmallSeconds: number | null;
  preflights: number;
  /** Without the preflights. */
  bucketRequests: number;
  endpointRequests: number;
  /** To the bucket. */
  connections: number;
  /** Of the page's JS heap at its peak, garbage included. */
  heapGrowthBytes: number;
  /** Of the page's JS heap afterwards, garbage collected. */
  heapRetainedBytes: number;
  /** All tasks of the page's main thread of over 50 ms together. */
  longTasksMs: number;
  longestTaskMs: number;
  /** From a click to the next frame, the slowest of those made all the while. */
  slowestClickMs: number;
  /** Size and SHA-256 of every object were compared with its file: a case that differs is not reported. */
  verified: true;
}
