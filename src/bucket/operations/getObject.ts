import type { Answer, AnswerHeaders } from '../http/Answer.ts';
import type { S3Request } from '../http/S3Request.ts';
import { S3Error } from '../S3Error.ts';
import type { ObjectRecord } from '../storage/records.ts';
import { etagListed } from '../storage/WriteCondition.ts';
import { assertHeaderValue, metadataHeaders } from './attributes.ts';
import { bucketOf, type Context } from './Context.ts';
import { parseRange } from './parseRange.ts';
import { checksumHeaders } from './putObject.ts';
import { storedAsAnswer } from './storedAs.ts';

/** Headers of an answer that the query of a signed GET may set. */
const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

interface Slice {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
  readonly headers: AnswerHeaders;
}

/** GetObject and HeadObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export async function getObject(context: Context): Promise<Answer> {
  const { request, store } = context;
  const record = bucketOf(context).objects.get(request.key);
  if (record === undefined) throw new S3Error('NoSuchKey', undefined, { Key: request.key });
  const headers = objectHeaders(request, record);
  if (checkConditions(request, record) === 'not-modified') {
    return { status: 304, headers: { etag: headers.etag, 'last-modified': headers['last-modified'] } };
  }
  const slice = pickSlice(request, record);
  const { start, end } = slice ?? { start: 0, end: record.size - 1 };
  return {
    status: slice === undefined ? 200 : 206,
    headers: { ...headers, ...slice?.headers, 'content-length': end - start + 1 },
    ...(request.method === 'GET' &&
      end >= start && { body: () => store.blobs.read(record.segments, start, end) }),
  };
}

function objectHeaders(request: S3Request, record: ObjectRecord): AnswerHeaders {
  const whole = request.header('range') === undefined && !request.query.has('partNumber');
  const enabled = request.amz('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const overrides = OVERRIDES.flatMap((name) => {
    const value = request.query.get(`response-${name}`);
    return value === undefined ? [] : [[name, assertHeaderValue(value)] as const];
  });
  return {
    'accept-ranges': 'bytes',
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.lastModified).toUTCString(),
    ...Object.fromEntries(record.headers),
    ...metadataHeaders(record.metadata),
    ...storedAsAnswer(record),
    ...(record.tags.length > 0 && { 'x-amz-tagging-count': record.tags.length }),
    ...(enabled && whole && checksumHeaders(record.checksum)),
    ...Object.fromEntries(overrides),
  };
}

/** RFC 9110, section 13.2.2. @throws S3Error PreconditionFailed. */
function checkConditions(request: S3Request, record: ObjectRecord): 'not-modified' | undefined {
  const modified = Math.floor(record.lastModified / 1000) * 1000;
  const since = (name: string) => Date.parse(request.header(name) ?? '');
  const match = request.header('if-match');
  if (match !== undefined) {
    if (!etagListed(match, record.etag))
      throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
  } else if (modified > since('if-unmodified-since')) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Unmodified-Since' });
  }
  const none = request.header('if-none-match');
  if (none !== undefined) return etagListed(none, record.etag) ? 'not-modified' : undefined;
  return modified <= since('if-modified-since') ? 'not-modified' : undefined;
}

function pickSlice(request: S3Request, record: ObjectRecord): Slice | undefined {
  const number = request.query.get('partNumber');
  if (number !== undefined) return pickPart(number, record);
  const header = request.header('range');
  const range = header === undefined ? undefined : parseRange(header, record.size);
  if (range === undefined || !stillFits(request.header('if-range'), record)) return undefined;
  if (range === 'unsatisfiable') {
    throw new S3Error('InvalidRange', undefined, { RangeRequested: header, ActualObjectSize: record.size });
  }
  return { ...range, headers: contentRange(range.start, range.end, record.size) };
}

/** `If-Range`: of another object than the one that was begun, the whole is answered. RFC 9110, section 13.1.5. */
function stillFits(begun: string | undefined, record: ObjectRecord): boolean {
  if (begun === undefined) return true;
  if (begun.startsWith('"')) return begun === `"${record.etag}"`;
  return Date.parse(begun) === Math.floor(record.lastModified / 1000) * 1000;
}

function pickPart(number: string, record: ObjectRecord): Slice {
  const index = Number(number) - 1;
  const segment = /^\d+$/.test(number) ? record.segments[index] : undefined;
  if (segment === undefined) throw new S3Error('InvalidPartNumber');
  const start = record.segments.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  const end = start + segment.size - 1;
  const count = record.uploadId === undefined ? undefined : record.segments.length;
  return { start, end, headers: { ...contentRange(start, end, record.size), 'x-amz-mp-parts-count': count } };
}

function contentRange(start: number, end: number, size: number): AnswerHeaders {
  return { 'content-range': `bytes ${start}-${end}/${size}` };
}
