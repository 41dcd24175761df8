/** What was found behind a request that died without an answer; each has its own sentence in the locale. */
export type DiagnosisCode =
  /** The browser itself says that there is no network. */
  | 'offline'
  /** The host of the bucket does not answer at all. */
  | 'bucket-silent'
  /** No CORS rule of the bucket is for this page. */
  | 'bucket-origin'
  /** This page may send other methods, but not this one. */
  | 'bucket-method'
  /** The method is allowed, but not with these headers. */
  | 'bucket-headers'
  /** The bucket lets this page send all that it wanted to, and still the request died. */
  | 'bucket-cut'
  /** The endpoint's host does not answer at all. */
  | 'endpoint-silent'
  /** The endpoint answers, but does not let this page read it. */
  | 'endpoint-origin'
  /** The page may read the endpoint's answers, but not send what it wants to. */
  | 'endpoint-preflight'
  /** The endpoint answers, and still the call died. */
  | 'endpoint-cut';

export interface Diagnosis {
  code: DiagnosisCode;
  /** For the sentence: `method`, `headers`. */
  details?: Record<string, string>;
}

/** A request that died with status 0. */
export interface DeadRequest {
  to: 'bucket' | 'endpoint';
  /** Without a signature. */
  url: string;
  method: string;
  /** Names, in lower case. */
  headers: readonly string[];
}
