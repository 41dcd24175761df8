/** A server that has an example's endpoint at `/api/uploads`. */
export interface Host {
  /** Of the server, without a slash at the end. */
  url: string;
  /** What it printed. */
  printed(): string;
  /** Nothing is left of it afterwards. */
  stop(): Promise<void>;
}

/** The environment that the example's endpoint reads. */
export type HostEnv = Readonly<Record<string, string>>;

/** As a variable: a comma would make two of it. */
export const HOST_SECRET = 'a secret for the servers of tests - long enough';
