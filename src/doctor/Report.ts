/** What is wrong, in a word that programs compare. */
export type Cause =
  // the endpoint
  | 'endpoint-down'
  | 'endpoint-answer-invalid'
  | 'endpoint-unauthorized'
  | 'endpoint-refused'
  | 'endpoint-without-cors'
  | 'endpoint-origin-not-allowed'
  | 'endpoint-header-not-allowed'
  // the way to a host
  | 'tls'
  | 'store-unreachable'
  | 'path-style'
  | 'another-store'
  // who asks, and where
  | 'wrong-key'
  | 'wrong-secret'
  | 'wrong-token'
  | 'wrong-region'
  | 'clock'
  | 'bucket-missing'
  | 'denied'
  | 'store-refused'
  | 'store-failed'
  // what a browser may see of the bucket
  | 'no-cors'
  | 'origin-not-allowed'
  | 'method-not-allowed'
  | 'header-not-allowed'
  | 'etag-hidden';

/** Something to do about it. */
export interface Fix {
  say: string;
  /** To be pasted somewhere: JSON, XML, a command. */
  paste?: string;
}

/** Something that keeps uploads from working. */
export interface Finding {
  cause: Cause;
  message: string;
  fixes?: readonly Fix[];
}

export interface Check extends Partial<Finding> {
  title: string;
  /** `noted`: worth knowing, and no reason for an upload to fail. */
  status: 'passed' | 'failed' | 'noted' | 'skipped';
  message: string;
}

/** What the doctor found, in the order it looked. */
export interface Report {
  healthy: boolean;
  /** Of all that failed; the first is what to look at first. */
  causes: Cause[];
  checks: Check[];
  /** Keys of test objects that could not be deleted again. */
  leftBehind: string[];
}
