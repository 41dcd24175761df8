import { MAX_USER_METADATA_BYTES } from '../protocol/limits.ts';
import { EndpointError } from './EndpointError.ts';
import { isWellFormed } from './findKeyFault.ts';
import type { ResolvedPolicy } from './resolvePolicy.ts';
import type { AnnouncedFile, EndpointUser } from './UploadEndpointOptions.ts';

export const METADATA_PREFIX = 'x-amz-meta-';
/** Where an object that replaces none carries the id of its upload. */
export const UPLOAD_ID_METADATA = 'bucketdrop-upload';
const NAME = /^[a-z0-9-]{1,64}$/;

/**
 * The metadata that is stored with a file, as S3's headers. Names are put in lower case, as S3 does itself. Values
 * are percent-encoded where a header can't carry them as they are; `decodeMetadata` gives them back.
 *
 * @param more the site's own: it goes over what the browser sent, whatever the policy lets the browser set
 * @throws BucketDropError `metadata-not-allowed`
 */
export async function metadataHeaders<User extends EndpointUser>(
  policy: ResolvedPolicy<User>['metadata'],
  file: AnnouncedFile,
  user: User | null,
  more: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const wanted = typeof policy === 'function' ? await policy(file, user) : file.metadata;
  const allowed = Array.isArray(policy) ? new Set(policy.map((name: string) => name.toLowerCase())) : null;
  const own = new Map(Object.entries(more).map(([name, value]) => [name.toLowerCase(), value]));
  const headers: Record<string, string> = {};
  let total = 0;
  const fromBrowser = Object.entries(wanted).filter(([name]) => !own.has(name.toLowerCase()));
  for (const [given, value] of [...fromBrowser, ...own]) {
    const name = given.toLowerCase();
    if (!NAME.test(name)) {
      throw notAllowed(`metadata ${JSON.stringify(given)}: a name has a-z, 0-9 and "-", 64 at most`);
    }
    if (allowed !== null && !allowed.has(name) && !own.has(name))
      throw notAllowed(`metadata "${name}" is not stored here`);
    const header = METADATA_PREFIX + name;
    if (Object.hasOwn(headers, header)) throw notAllowed(`metadata "${name}" is there twice`);
    if (!isWellFormed(value))
      throw notAllowed(`metadata "${name}" holds half a character (a lone surrogate)`);
    const encoded = encodeMetadata(value);
    headers[header] = encoded;
    total += name.length + encoded.length;
  }
  if (total > MAX_USER_METADATA_BYTES) {
    throw notAllowed(`the metadata has ${total} bytes, S3 takes ${MAX_USER_METADATA_BYTES}`);
  }
  return headers;
}

/**
 * Printable ASCII stays. The rest is encoded, and with it what would come out different: `%` itself, spaces that
 * headers trim or signatures fold, and quotes, backslashes and dollar signs, which POST policies read in their own way.
 */
function encodeMetadata(value: string): string {
  return value.replace(/[^\x20-\x7e]+|["\\$%]|^ | $| (?= )/g, encodeURIComponent);
}

/** The inverse, of what the store gave back; a value that someone else wrote stays as it is. */
export function decodeMetadata(stored: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}

function notAllowed(message: string): EndpointError {
  return new EndpointError('metadata-not-allowed', message);
}
