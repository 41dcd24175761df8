import type { SigningScope } from './signature.ts';

/** What a request says of its own signature. */
export interface Claim {
  readonly scope: SigningScope;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly time: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `x-amz-content-sha256`: a hash, `UNSIGNED-PAYLOAD` or one of the `STREAMING-…` words. */
  readonly payloadHash: string;
}

/** A request that was proved to come from the owner of the key. */
export interface Authentication {
  readonly claim: Claim;
  /** Signs the chunks of a streaming body. */
  readonly signingKey: Buffer;
}
