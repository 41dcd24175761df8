import type { ConfigAnswer } from '../protocol/messages.ts';
import type { RetryOptions } from './backoffDelay.ts';
import type { EndpointOptions } from './EndpointClient.ts';
import type { Fingerprint } from './journal/JournalStore.ts';
import type { JournalOption } from './journal/openJournal.ts';
import type { Trouble } from './Outages.ts';
import type { PaceOptions } from './PaceOptions.ts';
import type { Upload } from './Upload.ts';

export interface TransferOptions extends EndpointOptions, PaceOptions {
  /**
   * How many requests to the bucket are in flight at most, over all files. Default 6. To each of its host names, where the
   * endpoint spreads uploads over several (`store.hosts`).
   */
  maxConcurrentRequests?: number | undefined;
  /** How often and how long a failed request is tried again. */
  retry?: Partial<RetryOptions> | undefined;
  /** Not a byte moved for this long: the request is given up and tried again. Default 30,000. */
  stallTimeoutMs?: number | undefined;
  /** The endpoint's config, where it is known already; asked for otherwise. */
  config?: ConfigAnswer | undefined;
  /**
   * Notes of unfinished uploads, so that the same file, chosen again after a reload or a crash, goes on where it was.
   * `false` keeps none. Default: kept in IndexedDB.
   */
  journal?: JournalOption;
  /**
   * Keeps copies of files up to 10 MiB (100 MiB in all, within the browser's quota) in IndexedDB while they are under
   * way, so that they need not be chosen again after a reload or a crash. Default false.
   */
  keepSmallFiles?: boolean | undefined;
  /** Called at each change of `upload.state`. */
  onState?: ((upload: Upload) => void) | undefined;
  /** Called when all uploads have to wait for something, and (with undefined) when it is over. */
  onTrouble?: ((trouble: Trouble | undefined) => void) | undefined;
  /** The uploads that moved since the last call; about 10 calls a second, however many files there are. */
  onProgress?: ((uploads: readonly Upload[]) => void) | undefined;
}

export interface UnfinishedUpload extends Fingerprint {
  id: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /**
   * Gives the file back without it being chosen again; undefined where it must be. To be called in a click, before
   * anything is waited for: the browser may ask the person.
   *
   * @throws DOMException `NotAllowedError` when that is refused, or another when the file is gone or has changed
   */
  reopen: (() => Promise<File>) | undefined;
}
