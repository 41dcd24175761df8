import { headerFault, tagFault } from './attributeFaults.ts';
import type { EndpointUser } from './EndpointUser.ts';
import type { ResolvedPolicy } from './resolvePolicy.ts';
import type { AnnouncedFile, ObjectEncryption } from './UploadPolicy.ts';

type Headers = Readonly<Record<string, string>>;

export const SSE = 'x-amz-server-side-encryption';
/**
 * What is stored with an object beside its bytes, type and metadata, as the headers of a PUT. All of them are signed.
 *
 * @throws TypeError for what one of the site's functions gave and no header can carry
 */
export async function objectHeaders<User extends EndpointUser>(
  policy: ResolvedPolicy<User>,
  file: AnnouncedFile,
  user: User | null,
): Promise<Headers> {
  const { cacheControl, storageClass, acl, contentDisposition: disposition } = policy;
  const contentDisposition = typeof disposition === 'function' ? await disposition(file, user) : disposition;
  const fault = contentDisposition == null ? null : headerFault(contentDisposition);
  if (fault !== null) throw new TypeError(`contentDisposition: ${fault}`);
  return withoutUndefined({
    'cache-control': cacheControl,
    'content-disposition': contentDisposition ?? undefined,
    'x-amz-storage-class': storageClass,
    'x-amz-acl': acl,
    ...(policy.encryption && encryptionHeaders(policy.encryption)),
  });
}

/**
 * The policy's tags and, over them, those of `onCreate`.
 *
 * @throws TypeError for what S3 does not take
 */
export async function objectTags<User extends EndpointUser>(
  { tags: policy }: Pick<ResolvedPolicy<User>, 'tags'>,
  file: AnnouncedFile,
  user: User | null,
  more: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const tags = { ...(typeof policy === 'function' ? await policy(file, user) : policy), ...more };
  const fault = tagFault(tags);
  if (fault !== null) throw new TypeError(`tags: ${fault}`);
  return tags;
}

/** `a=1&b=two`, as `x-amz-tagging` wants it; null where there are none. */
export function taggingHeader(tags: Readonly<Record<string, string>>): string | null {
  const pairs = Object.entries(tags).map((pair) => pair.map(encodeURIComponent).join('='));
  return pairs.length === 0 ? null : pairs.join('&');
}

function encryptionHeaders(encryption: ObjectEncryption): Record<string, string | undefined> {
  if (encryption.algorithm === 'AES256') return { [SSE]: 'AES256' };
  const { algorithm, keyId, context, bucketKey } = encryption;
  return {
    [SSE]: algorithm,
    [`${SSE}-aws-kms-key-id`]: keyId,
    [`${SSE}-context`]: context === undefined ? undefined : encodeBase64(JSON.stringify(context)),
    [`${SSE}-bucket-key-enabled`]: bucketKey === undefined ? undefined : String(bucketKey),
  };
}

function encodeBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function withoutUndefined(headers: Record<string, string | undefined>): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Headers;
}
