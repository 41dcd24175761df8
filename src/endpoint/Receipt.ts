/** What `verifyReceipt` tells the site's server: the endpoint saw this object in the bucket. */
export interface Receipt {
  bucket: string;
  key: string;
  sizeBytes: number;
  etag: string;
  type: string;
  /** Null where the endpoint is open to anyone. */
  userId: string | null;
  /** When the receipt was made. */
  issuedAt: Date;
}
