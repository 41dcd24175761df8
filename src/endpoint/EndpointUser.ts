/** Whoever `authorize` says is asking. Whatever else it carries reaches `key`, `metadata` and `onUploaded`. */
export interface EndpointUser {
  /** Bound into every ticket: another user's ticket is refused. At most 256 characters. */
  id: string;
}
