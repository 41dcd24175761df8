import type { LinkAction } from '../protocol/linkMessages.ts';
import type { EndpointUser } from './EndpointUser.ts';
import type { Receipt } from './Receipt.ts';

const DAY_SECONDS = 24 * 3600;

/** Yes, no, or asked for each object. Whoever asks has uploaded it: `object.userId` is `user.id`. */
export type LinkRule<User extends EndpointUser> =
  | boolean
  | ((object: Receipt, user: User | null) => boolean | Promise<boolean>);

export interface LinkPolicy<User extends EndpointUser> {
  /**
   * Saved as a file, whatever its type. Default: true, but false where anyone may upload: the bucket would be anyone's
   * file host.
   */
  download?: LinkRule<User> | undefined;
  /**
   * Shown in the browser: images, video, audio and PDF, of which none can run a script. Default: as with `download`.
   */
  preview?: LinkRule<User> | undefined;
  /**
   * Removes the object. Default: false. The browser sends the request to the bucket itself: the endpoint does not hear of
   * it, only this function is asked before. Needs `s3:DeleteObject`, and `DELETE` in the bucket's CORS rules.
   */
  delete?: LinkRule<User> | undefined;
  /** The name that a download is saved under. Default: the key from its last slash on. */
  fileName?: ((object: Receipt, user: User | null) => string | Promise<string>) | undefined;
  /** Life of a link: at most 7 days, and never longer than temporary credentials. Default: 900. */
  expiresInSeconds?: number | undefined;
  /** For how long after the upload its receipt still gets links. Default: 7 days. */
  maxReceiptAgeSeconds?: number | undefined;
}

export interface ResolvedLinks<User extends EndpointUser> {
  rules: Record<LinkAction, LinkRule<User>>;
  fileName: LinkPolicy<User>['fileName'];
  expiresInSeconds: number;
  maxReceiptAgeSeconds: number;
}

export function resolveLinks<User extends EndpointUser>(
  policy: LinkPolicy<User> = {},
  anonymous: boolean,
): ResolvedLinks<User> {
  return {
    rules: {
      download: policy.download ?? !anonymous,
      preview: policy.preview ?? !anonymous,
      delete: policy.delete ?? false,
    },
    fileName: policy.fileName,
    expiresInSeconds: policy.expiresInSeconds ?? 900,
    maxReceiptAgeSeconds: policy.maxReceiptAgeSeconds ?? 7 * DAY_SECONDS,
  };
}

/** Which links there may be at all. */
export function linksGiven<User extends EndpointUser>({
  rules,
}: ResolvedLinks<User>): Record<LinkAction, boolean> {
  return {
    download: rules.download !== false,
    preview: rules.preview !== false,
    delete: rules.delete !== false,
  };
}
