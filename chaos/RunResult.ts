/** What became of one run. */
export interface RunResult {
  seed: number;
  store: string;
  face: string;
  files: number;
  /** Of the files together. */
  bytes: number;
  /** What browsers sent to the bucket beyond that: forms' fields, and all that had to be sent again. */
  bytesBeyond: number;
  /** How often each kind of fault struck. */
  faults: Record<string, number>;
  /** How often the widget gave up and its button had to be pressed. */
  manualRetries: number;
  /** How often a page went away in the middle. */
  deaths: number;
  /** Whole objects of which a page that went away could not tell any more: their files were sent once more. */
  untoldObjects: number;
  /** Of these, damaged ones, of files that were others when the page came back: only where the store does not compare. */
  untoldDamaged: number;
  seconds: number;
  /** Why it failed; empty for a run that went well. */
  problems: string[];
}
