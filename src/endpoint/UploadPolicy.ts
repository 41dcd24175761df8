import type { EndpointUser } from './EndpointUser.ts';

/** A file as the browser announced it, its name reduced to the last segment and checked. */
export interface AnnouncedFile {
  name: string;
  sizeBytes: number;
  /** The content type that is signed: as the browser says, or, of a file let in by its extension, the extension's. */
  type: string;
  /** The kind that it names; null where the policy names none. */
  kind: string | null;
  /** As the browser sent it, not yet checked. */
  metadata: Readonly<Record<string, string>>;
}

/** How the store encrypts what it keeps. */
export type ObjectEncryption =
  | { algorithm: 'AES256' }
  | {
      algorithm: 'aws:kms' | 'aws:kms:dsse';
      /** Id or ARN. Default: the account's own key for S3. */
      keyId?: string | undefined;
      /** What KMS binds the data key to, and writes into its own log. */
      context?: Readonly<Record<string, string>> | undefined;
      /** Fewer calls of KMS. Default: as the bucket says. */
      bucketKey?: boolean | undefined;
    };

export type CannedAcl =
  | 'private'
  | 'public-read'
  | 'public-read-write'
  | 'authenticated-read'
  | 'aws-exec-read'
  | 'bucket-owner-read'
  | 'bucket-owner-full-control';

/** What a quota is asked about: the files of one call and one kind that passed all other limits. */
export interface QuotaQuestion<User extends EndpointUser> {
  user: User | null;
  kind: string | null;
  files: readonly AnnouncedFile[];
  /** Of all of them together. */
  sizeBytes: number;
}

type Decide<Value, User extends EndpointUser> = (
  file: AnnouncedFile,
  user: User | null,
) => Value | Promise<Value>;
type Texts = Readonly<Record<string, string>>;

/** What one kind of upload may be, and what becomes of it. */
export interface UploadRules<User extends EndpointUser = EndpointUser> {
  minFileSizeBytes?: number | null | undefined;
  /** `null`: as large as the store takes. Default: the same, or 25 MiB where anyone may upload. */
  maxFileSizeBytes?: number | null | undefined;
  /**
   * In one call and, through `GET config`, in one widget. The endpoint keeps no state and counts no further: for that
   * there is `quota`. `null`: any number. Default: the same, or 10 where anyone may upload.
   */
  maxFileCount?: number | null | undefined;
  /**
   * MIME types (`image/png`, `image/*`) and extensions (`.pdf`); a file needs to match one. `null`: all. A file that is
   * let in by its extension is stored with that extension's MIME type, whatever the browser calls it; one that is let
   * in by its MIME type, with that. Neither says what its bytes are.
   */
  allowedTypes?: readonly string[] | null | undefined;
  /** Goes before the default key as it is: `uploads/`. */
  prefix?: string | undefined;
  /**
   * The object's key, instead of `{prefix}{random id}/{file name}`. Make it unique, or set `noOverwrite`: an upload to
   * a key that is there already replaces that object.
   */
  key?: Decide<string, User> | undefined;
  /**
   * Which `x-amz-meta-*` are stored: the names that the browser may set, or a function that decides. Default: any
   * name of a-z, 0-9 and `-`. Always at most 2 KB together.
   */
  metadata?: readonly string[] | Decide<Texts, User> | undefined;
  /** At most 10. A browser has no say in them. */
  tags?: Texts | Decide<Texts, User> | undefined;
  /** The store's word for it: `STANDARD_IA`, `INTELLIGENT_TIERING`, … */
  storageClass?: string | undefined;
  /** Default: as the bucket says. */
  encryption?: ObjectEncryption | undefined;
  /** `private, max-age=3600` */
  cacheControl?: string | undefined;
  /**
   * `attachment`, or with a name: `attachment; filename="report.pdf"`. Printable ASCII. `null`: none. Default: the same,
   * or `attachment` where anyone may upload, so that no browser runs what a stranger has stored.
   */
  contentDisposition?: string | null | Decide<string | null, User> | undefined;
  /** A bucket without ACLs, as AWS makes them today, refuses all but `bucket-owner-full-control`. */
  acl?: CannedAcl | undefined;
  /**
   * An object that is there already is never replaced (`If-None-Match: *`): the upload is refused, `key-taken`. Files
   * then travel by PUT and not by form. Where the store's profile knows the condition for PUT alone, a file in parts is
   * looked for right before its parts are put together, so that of two that end in the same instant the later one wins.
   */
  noOverwrite?: boolean | undefined;
  /** What the browser is told to prefer. Without it, the browser decides by size and line. */
  partSizeBytes?: number | undefined;
  /** Files up to this size go in one request. Default: 16 MiB. */
  singleRequestMaxBytes?: number | undefined;
  /** Life of one signature. Default: 900, or 300 where anyone may upload. */
  urlExpiresInSeconds?: number | undefined;
  /** Time to finish an upload. Default: 7 days in parts, 1 day in one request; 1 hour where anyone may upload. */
  ticketExpiresInSeconds?: number | undefined;
  /**
   * How many bytes are left to this user; asked before anything is signed. Files are let in in their order as long as
   * they fit, the others are refused, `quota-exceeded`. What was announced and is not stored yet only you can count.
   */
  quota?: ((question: QuotaQuestion<User>) => number | Promise<number>) | undefined;
}

/** What may be uploaded. */
export interface UploadPolicy<User extends EndpointUser = EndpointUser> extends UploadRules<User> {
  /**
   * Kinds of upload by name, each with all that stands around it unless it says otherwise. Where there are kinds, a
   * file must name one of them.
   *
   * @example
   * uploads: {
   *   noOverwrite: true,
   *   kinds: {
   *     avatar: { maxFileSizeBytes: 2_000_000, allowedTypes: ['image/*'], maxFileCount: 1 },
   *     video: { allowedTypes: ['video/*'], storageClass: 'INTELLIGENT_TIERING' },
   *   },
   * }
   */
  kinds?: Readonly<Record<string, UploadRules<User>>> | undefined;
}
