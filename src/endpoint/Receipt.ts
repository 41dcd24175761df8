/** What `verifyReceipt` tells the site's server: the endpoint saw this object in the bucket. */
export interface Receipt {
  bucket: string;
  key: string;
  sizeBytes: number;
  etag: string;
  type: string;
  /** The policy's kind; null where it names none. */
  kind: string | null;
  /** Null where the endpoint is open to anyone. */
  userId: string | null;
  /** When the receipt was made. */
  issuedAt: Date;
}
