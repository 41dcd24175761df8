import type { BucketHosts } from './BucketHosts.ts';
import type { RetryOptions } from './backoffDelay.ts';
import type { Circuit } from './Circuit.ts';
import type { Hasher } from './checksum/Hasher.ts';
import type { EndpointCalls } from './EndpointCalls.ts';
import type { UploadJournal } from './journal/UploadJournal.ts';
import type { Lanes } from './Lanes.ts';
import type { PaceGate } from './PaceGate.ts';
import type { Upload } from './Upload.ts';
import type { WakeWatch } from './WakeWatch.ts';

/** What all uploads of one Transfer share. */
export interface Engine {
  readonly lanes: Lanes;
  readonly pace: PaceGate;
  readonly hosts: BucketHosts;
  readonly calls: EndpointCalls;
  readonly hasher: Hasher;
  /** What was found out of the store on the way. */
  readonly found: {
    /**
     * Parts have to come with their checksums: Object Lock refuses them without, or an ETag was no MD5, as in a bucket with
     * SSE-KMS.
     */
    wantsChecksums: boolean;
  };
  /** Over all requests to the bucket. */
  readonly circuit: Circuit;
  readonly wake: WakeWatch;
  /** Loaded with the first file that needs it; undefined where nothing is to be kept for later. */
  journal(): Promise<UploadJournal | undefined>;
  /** Whether an earlier page may have left notes of files that go in one request. */
  hasSingleNotes(): Promise<boolean>;
  readonly retry: RetryOptions;
  readonly stallTimeoutMs: number;
  /** Bytes of this upload moved. */
  moved(upload: Upload): void;
  /** One request that was waiting is on its way: there may be room to prepare another file. */
  requestStarted(): void;
}
