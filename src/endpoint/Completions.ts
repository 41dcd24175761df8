/**
 * Where the endpoint notes which uploads it has told the site of, so that `onUploaded` runs once for each. The default
 * keeps it in this process. Copies that serve together share one, such as a Redis; see docs/endpoint.md. All three
 * notes may be forgotten after their time: then a repeated call runs the hook again.
 */
export interface Completions {
  /** What `put` was given for this upload; null or undefined if there is nothing. */
  get(id: string): Promise<string | null | undefined>;
  put(id: string, result: string, keepSeconds: number): Promise<void>;
  /** True for the one that may run the hook now: nobody else can until it releases, or the lease is over. Atomic. */
  claim(id: string, leaseSeconds: number): Promise<boolean>;
  release(id: string): Promise<void>;
}
