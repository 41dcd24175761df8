import type { ChecksumAlgorithm } from '../protocol/messages.ts';
import type { Completions } from './Completions.ts';
import type { EndpointUser } from './EndpointUser.ts';
import type { LinkPolicy } from './LinkPolicy.ts';
import type { StoreProfile, StoreProfileName } from './storeProfiles.ts';
import type { AnnouncedFile, UploadPolicy } from './UploadPolicy.ts';

export type { AnnouncedFile, EndpointUser, UploadPolicy };

export interface StoreCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** When temporary credentials end. No URL is signed to outlive them. */
  expiration?: Date | undefined;
}

/** A further address of the store; how the bucket's name goes into it: as with the first, unless it says otherwise. */
type StoreHost = string | { endpoint: string; forcePathStyle?: boolean | undefined };

interface StorePlace {
  bucket: string;
  region: string;
  /** Of a store other than AWS: `https://s3.example.com`. */
  endpoint?: string | undefined;
  /**
   * The same store as browsers reach it, where they need another address than this server: with a store in Docker,
   * `endpoint: 'http://minio:9000'` and `publicEndpoint: 'http://localhost:9000'`. What is signed for browsers is for this
   * address; the server itself asks the other.
   */
  publicEndpoint?: string | undefined;
  /** AWS: by IPv6 as well. https://docs.aws.amazon.com/AmazonS3/latest/userguide/dual-stack-endpoints.html */
  dualStack?: boolean | undefined;
  /**
   * AWS: browsers send through the nearest edge, once the bucket has Transfer Acceleration on.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration.html
   */
  accelerate?: boolean | undefined;
  /**
   * Spreads uploads over several host names of the bucket, since a browser opens six connections to each: so many of those
   * that AWS gives it (up to 4), or the addresses of the store besides the first one. The pages' CSP has to allow each.
   * Default: 1.
   */
  hosts?: number | readonly StoreHost[] | undefined;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. Default: as the profile says. */
  forcePathStyle?: boolean | undefined;
  /** What the store can do. Default: guessed from the endpoint's host name, else `generic`. */
  profile?: StoreProfileName | StoreProfile | undefined;
}
export type StoreOptions = StorePlace &
  (
    | (StoreCredentials & { credentials?: undefined })
    | {
        /** Asked again before `expiration`. */
        credentials: () => Promise<StoreCredentials>;
        accessKeyId?: undefined;
        secretAccessKey?: undefined;
        sessionToken?: undefined;
      }
  );

/** An object that the bucket was seen to hold. */
export interface FinishedUpload<User extends EndpointUser> {
  /** Of this upload alone: the same in every repeated call, and what to make the hook's own work repeatable by. */
  id: string;
  /** Null where the policy names no kinds. */
  kind: string | null;
  bucket: string;
  key: string;
  sizeBytes: number;
  /** Without quotes. */
  etag: string;
  type: string;
  /** Of the whole object, where the store has verified one. */
  checksum?: { algorithm: ChecksumAlgorithm; value: string } | undefined;
  metadata: Readonly<Record<string, string>>;
  receipt: string;
  user: User | null;
}

/** A file that passed the policy, before anything is signed for it. */
export interface NewUpload<User extends EndpointUser> {
  file: AnnouncedFile;
  kind: string | null;
  user: User | null;
}

/** What the site adds to an upload. */
export interface UploadAdditions {
  /** Besides what the policy lets the browser set, and in its place where the names are the same. */
  metadata?: Readonly<Record<string, string>> | undefined;
  tags?: Readonly<Record<string, string>> | undefined;
  /** Goes behind the policy's own prefix. Without effect where there is a `key`. */
  prefix?: string | undefined;
  /** The whole key. */
  key?: string | undefined;
}

/** Who asks for what, and how much of it. */
export interface RateQuestion<User extends EndpointUser> {
  /** `uploads`, `parts`, `complete`, … */
  call: string;
  user: User | null;
  /** Files or uploads that the call is about; at least 1. */
  count: number;
  /** Its body is used up. */
  request: Request;
}

export interface CorsOptions {
  /** As browsers send them (`https://app.example.com`), or `'*'`. */
  origins: readonly string[] | '*';
  /** Besides `content-type` and `authorization`. */
  allowHeaders?: readonly string[] | undefined;
  /** Lets pages of these origins send cookies. Not together with `'*'`. */
  credentials?: boolean | undefined;
  /** How long a browser may keep the answer to a preflight. Default: 7200. */
  maxAgeSeconds?: number | undefined;
}

/** What the endpoint tells its operator. Never holds a secret, a ticket or a signed URL. */
export interface LogEntry {
  level: 'info' | 'warn' | 'error';
  /** `uploads`, `complete`, …; empty where the route is unknown. */
  call: string;
  code: string;
  message: string;
  /** Where the endpoint or the store failed: the error behind it, as text. */
  detail?: string;
}

export type Dialect = 'sign-request' | 'companion';

export type Authorize<User extends EndpointUser> = (request: Request) => User | null | Promise<User | null>;

type RateAnswer = { retryAfterSeconds: number } | null | undefined;
type Additions = UploadAdditions | null | undefined;

interface CommonOptions<User extends EndpointUser> {
  store: StoreOptions;
  /**
   * Signs tickets and receipts: 32 bytes or more, the same in every copy that serves the same bucket. Of several, the
   * first signs and all verify: `[newest, old]` while the old one's tickets are still under way.
   */
  secret: string | Uint8Array | readonly (string | Uint8Array)[];
  uploads?: UploadPolicy<User> | undefined;
  /** Which links to stored objects are given to whom. */
  links?: LinkPolicy<User> | undefined;
  /**
   * May this call be answered? Asked after `authorize`. An answer refuses it: 429 with `Retry-After`, which the browser
   * waits for.
   */
  rateLimit?: ((question: RateQuestion<User>) => RateAnswer | Promise<RateAnswer>) | undefined;
  /**
   * Called before anything is signed. Throw a `BucketDropError` with one of the endpoint's codes (`file-refused`) to
   * refuse the file; what it returns is added to the upload.
   */
  onCreate?: ((upload: NewUpload<User>) => Additions | Promise<Additions>) | undefined;
  /**
   * Called when the bucket was seen to hold the object. What it returns reaches the browser as `data` (JSON). What it
   * throws keeps the upload from being reported as finished: a `BucketDropError` with one of the endpoint's codes is
   * told to the browser, and the next call runs the hook again. A call that is repeated, because its answer was lost,
   * gets what the hook returned the first time, as long as `completions` remembers.
   */
  onUploaded?: ((upload: FinishedUpload<User>) => unknown) | undefined;
  /** Default: in the memory of this process, the last 10,000 of the last hour. Copies that serve together share one. */
  completions?: Completions | undefined;
  /**
   * Other protocols that are understood besides BucketDrop's own, so that the stock `@uppy/aws-s3` works here:
   * `sign-request` for its `signRequest` (`POST sign`), `companion` for its `companionEndpoint`. Default: none. Their
   * messages do not say how large a file is: what is still enforced stands in docs/dialects.md.
   */
  dialects?: readonly Dialect[] | undefined;
  /** For pages of another origin. Without it, only pages of the endpoint's own origin can read the answers. */
  cors?: CorsOptions | undefined;
  /** Milliseconds since 1970. */
  now?: (() => number) | undefined;
  /** Default: `console.error` for entries of level `error`. */
  log?: ((entry: LogEntry) => void) | undefined;
}

export type UploadEndpointOptions<User extends EndpointUser = EndpointUser> = CommonOptions<User> &
  (
    | {
        /**
         * Who is asking? `null`: nobody known (401). Throw `new BucketDropError('forbidden', …)` for someone who may
         * not (403). The request's body is used up already: read headers and URL.
         */
        authorize: Authorize<User>;
        anonymous?: undefined;
      }
    | {
        authorize?: undefined;
        /**
         * Anyone may upload. Has to be said, and has low limits: 25 MiB a file, 10 files, an hour to finish, and
         * `content-disposition: attachment`. What `uploads` says wins.
         */
        anonymous: true;
      }
  );
