import { type Answer, xmlAnswer } from '../http/Answer.ts';
import type { Query } from '../http/parseTarget.ts';
import { uriEncode } from '../http/percentEncoding.ts';
import type { XmlValue } from '../http/renderXml.ts';
import { S3Error } from '../S3Error.ts';
import type { Bucket } from '../storage/Store.ts';
import { bucketOf, type Context } from './Context.ts';
import { type Page, pageKeys } from './pageKeys.ts';

const MAX_KEYS = 1000;

/** ListObjectsV2: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export async function listObjectsV2(context: Context): Promise<Answer> {
  const bucket = bucketOf(context);
  const { query } = context.request;
  const [token, startAfter] = [query.get('continuation-token'), query.get('start-after')];
  const after = token === undefined ? (startAfter ?? '') : decodeToken(token);
  const { page, common } = list(bucket, query, after);
  return xmlAnswer('ListBucketResult', {
    ...common,
    StartAfter: startAfter,
    ContinuationToken: token,
    KeyCount: page.keys.length + page.prefixes.length,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64url'),
  });
}

/** ListObjects, the first version, paged by key. */
export async function listObjects(context: Context): Promise<Answer> {
  const { query } = context.request;
  const marker = query.get('marker') ?? '';
  const { page, common, encode } = list(bucketOf(context), query, marker);
  const next = query.get('delimiter') ? page.next : undefined;
  return xmlAnswer('ListBucketResult', {
    ...common,
    Marker: encode(marker),
    NextMarker: next === undefined ? undefined : encode(next),
  });
}

/** A whole number from a query, at most `most`. @throws S3Error InvalidArgument. */
export function readCount(query: Query, name: string, most: number): number {
  const text = query.get(name);
  if (text === undefined || text === '') return most;
  if (!/^\d{1,10}$/.test(text)) {
    throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
      ArgumentName: name,
      ArgumentValue: text,
    });
  }
  return Math.min(Number(text), most);
}

/** How names go into a listing: encoded if `encoding-type=url` asks for it. */
export function listingEncoder(query: Query): (name: string) => string {
  return query.get('encoding-type') === 'url' ? (name) => uriEncode(name, true) : (name) => name;
}

function list(
  bucket: Bucket,
  query: Query,
  after: string,
): { page: Page; common: Record<string, XmlValue>; encode: (name: string) => string } {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const max = readCount(query, 'max-keys', MAX_KEYS);
  const page =
    max === 0
      ? { keys: [], prefixes: [] }
      : pageKeys(bucket.objects.keys(), { prefix, delimiter, after, max });
  const encode = listingEncoder(query);
  const common = {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: max,
    EncodingType: query.get('encoding-type'),
    IsTruncated: page.next !== undefined,
    Contents: page.keys.map((key) => entryOf(bucket, key, encode)),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
  };
  return { page, common, encode };
}

function entryOf(bucket: Bucket, key: string, encode: (name: string) => string): XmlValue {
  const record = bucket.objects.get(key);
  return {
    Key: encode(key),
    LastModified: new Date(record?.lastModified ?? 0).toISOString(),
    ETag: `"${record?.etag}"`,
    ChecksumAlgorithm: record?.checksum?.algorithm,
    ChecksumType: record?.checksum?.type,
    Size: record?.size,
    StorageClass: 'STANDARD',
  };
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (Buffer.from(text).toString('base64url') === token) return text;
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  });
}
