import type { AnswerHeaders } from '../http/Answer.ts';
import { Query } from '../http/parseTarget.ts';
import type { S3Request } from '../http/S3Request.ts';
import { S3Error } from '../S3Error.ts';
import type { ObjectAttributes, Pairs } from '../storage/records.ts';
import { readStoredAs } from './storedAs.ts';

/** Headers that are kept with an object and answered with it. */
const KEPT = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];

const MAX_METADATA_BYTES = 2048;
const MAX_TAGS = 10;

/** What a PUT or CreateMultipartUpload says of its object. @throws S3Error MetadataTooLarge, InvalidTag. */
export function readAttributes(request: S3Request): ObjectAttributes {
  const tagging = request.amz('x-amz-tagging');
  return makeAttributes(
    (name) => request.header(name),
    request.metadata(),
    tagging === undefined ? [] : parseTagging(tagging),
    readStoredAs((name) => request.amz(name), request.amz('x-amz-acl')),
  );
}

/** The same from any source of headers, such as the fields of a form. */
export function makeAttributes(
  get: (name: string) => string | undefined,
  metadata: Pairs,
  tags: Pairs,
  storedAs: Pick<ObjectAttributes, 'storedAs' | 'acl'>,
): ObjectAttributes {
  const headers = new Map<string, string>();
  for (const name of KEPT) {
    const value = name === 'content-encoding' ? contentEncoding(get(name)) : get(name);
    if (value) headers.set(name, assertHeaderValue(value));
  }
  if (!headers.has('content-type')) headers.set('content-type', 'binary/octet-stream');
  assertMetadata(metadata);
  assertTags(tags);
  return { headers: [...headers], metadata, tags, ...storedAs };
}

/** The value itself. @throws S3Error InvalidArgument for one that would break out of its header. */
export function assertHeaderValue(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones a header cannot carry
  if (!/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return value;
  throw new S3Error('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.');
}

/** Metadata as response headers; what is not printable ASCII goes as an RFC 2047 word, as S3 does it. */
export function metadataHeaders(metadata: Pairs): AnswerHeaders {
  return Object.fromEntries(
    metadata.map(([name, value]) => [
      `x-amz-meta-${name}`,
      /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`,
    ]),
  );
}

/** Tags from `a=1&b=two`. @throws S3Error InvalidArgument. */
export function parseTagging(text: string): Pairs {
  try {
    return new Query(text).pairs;
  } catch {
    throw new S3Error(
      'InvalidArgument',
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    );
  }
}

/** @throws S3Error InvalidTag, BadRequest for more than ten. */
export function assertTags(tags: Pairs): void {
  if (tags.length > MAX_TAGS)
    throw new S3Error('BadRequest', `Object tags cannot be greater than ${MAX_TAGS}`);
  const names = new Set<string>();
  for (const [name, value] of tags) {
    if (name.length === 0 || name.length > 128)
      throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid');
    if (value.length > 256) throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid');
    if (names.has(name)) throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
    names.add(name);
  }
}

function assertMetadata(metadata: Pairs): void {
  for (const [name] of metadata) {
    if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) continue;
    throw new S3Error('InvalidArgument', 'The name of a metadata entry is not a valid header name');
  }
  const size = metadata.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);
  if (size <= MAX_METADATA_BYTES) return;
  throw new S3Error('MetadataTooLarge', undefined, { Size: size, MaxSizeAllowed: MAX_METADATA_BYTES });
}

/** `aws-chunked` describes the transfer and not the object. */
function contentEncoding(value: string | undefined): string | undefined {
  return value
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== 'aws-chunked' && one !== '')
    .join(',');
}
