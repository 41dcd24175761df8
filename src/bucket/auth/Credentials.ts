/** The one identity a local bucket knows. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** With it, every request must carry this token, as with temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** Who may ask, and for which region a signature must be made. */
export interface Identity {
  readonly credentials: Credentials;
  readonly region: string;
}

/** Clocks may differ by 15 minutes. */
export const MAX_SKEW_MS = 15 * 60 * 1000;
