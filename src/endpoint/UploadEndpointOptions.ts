import type { EndpointUser } from './EndpointUser.ts';
import type { LinkPolicy } from './LinkPolicy.ts';
import type { StoreProfile, StoreProfileName } from './storeProfiles.ts';

export type { EndpointUser };

export interface StoreCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** When temporary credentials end. No URL is signed to outlive them. */
  expiration?: Date | undefined;
}

interface StorePlace {
  bucket: string;
  region: string;
  /** Of a store other than AWS, as the browser reaches it: `https://s3.example.com`. */
  endpoint?: string | undefined;
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

/** A file as the browser announced it, its name reduced to the last segment and checked. */
export interface AnnouncedFile {
  name: string;
  sizeBytes: number;
  type: string;
  /** As the browser sent it, not yet checked. */
  metadata: Readonly<Record<string, string>>;
}

export interface UploadPolicy<User extends EndpointUser> {
  minFileSizeBytes?: number | undefined;
  maxFileSizeBytes?: number | undefined;
  /** In one call and, through `GET config`, in one widget. The endpoint keeps no state and counts no further. */
  maxFileCount?: number | undefined;
  /**
   * MIME types (`image/png`, `image/*`) and extensions (`.pdf`); a file needs to match one. Both are what the
   * browser says of the file, so serve uploads from a host of their own all the same.
   */
  allowedTypes?: readonly string[] | undefined;
  /** Goes before the default key as it is: `uploads/`. */
  prefix?: string | undefined;
  /**
   * The object's key, instead of `{prefix}{random id}/{file name}`. Make it unique: an upload to a key that
   * is there already replaces that object.
   */
  key?: ((file: AnnouncedFile, user: User | null) => string | Promise<string>) | undefined;
  /**
   * Which `x-amz-meta-*` are stored: the names that the browser may set, or a function that decides. Default: any
   * name of a-z, 0-9 and `-`. Always at most 2 KB together.
   */
  metadata?:
    | readonly string[]
    | ((
        file: AnnouncedFile,
        user: User | null,
      ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)
    | undefined;
  /** What the browser is told to prefer. Without it, the browser decides by size and line. */
  partSizeBytes?: number | undefined;
  /** Files up to this size go in one request. Default: 16 MiB. */
  singleRequestMaxBytes?: number | undefined;
  /** Life of one signature. Default: 900. */
  urlExpiresInSeconds?: number | undefined;
  /** Time to finish an upload. Default: 7 days in parts, 1 day in one request. */
  ticketExpiresInSeconds?: number | undefined;
}

/** An object that the bucket was seen to hold. */
export interface FinishedUpload<User extends EndpointUser> {
  bucket: string;
  key: string;
  sizeBytes: number;
  /** Without quotes. */
  etag: string;
  type: string;
  metadata: Readonly<Record<string, string>>;
  receipt: string;
  user: User | null;
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

export type Authorize<User extends EndpointUser> = (request: Request) => User | null | Promise<User | null>;

interface CommonOptions<User extends EndpointUser> {
  store: StoreOptions;
  /** Signs tickets and receipts: 32 bytes or more, the same in every copy that serves the same bucket. */
  secret: string | Uint8Array;
  uploads?: UploadPolicy<User> | undefined;
  /** Which links to stored objects are given to whom. */
  links?: LinkPolicy<User> | undefined;
  /**
   * Called once the bucket was seen to hold the object, at least once for each: a browser that lost the answer asks
   * again. What it returns reaches the browser as `data` (JSON). What it throws keeps the upload from being
   * reported as finished: a `BucketDropError` with one of the endpoint's codes is told to the browser.
   */
  onUploaded?: ((upload: FinishedUpload<User>) => unknown) | undefined;
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
        /** Anyone may upload. Has to be said. */
        anonymous: true;
      }
  );
