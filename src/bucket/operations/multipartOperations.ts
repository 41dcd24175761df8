import { type Answer, xmlAnswer } from '../http/Answer.ts';
import type { Upload } from '../storage/BucketUploads.ts';
import type { PartRecord } from '../storage/records.ts';
import { bucketOf, type Context } from './Context.ts';
import { listingEncoder, readCount } from './listObjects.ts';

const MAX_PARTS = 1000;
const MAX_UPLOADS = 1000;

export async function abortMultipartUpload(context: Context): Promise<Answer> {
  const { request } = context;
  bucketOf(context).uploads.abort(request.query.get('uploadId') ?? '', request.key);
  return { status: 204 };
}

/** ListParts, at most 1,000 a page: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export async function listParts(context: Context): Promise<Answer> {
  const { request, identity } = context;
  const bucket = bucketOf(context);
  const { record, parts } = bucket.uploads.get(request.query.get('uploadId') ?? '', request.key);
  const marker = readCount(request.query, 'part-number-marker', Number.MAX_SAFE_INTEGER);
  const after = request.query.get('part-number-marker') ? marker : 0;
  const max = readCount(request.query, 'max-parts', MAX_PARTS);
  const rest = [...parts.values()]
    .filter(({ partNumber }) => partNumber > after)
    .sort((a, b) => a.partNumber - b.partNumber);
  const page = rest.slice(0, max);
  const owner = { ID: identity.credentials.accessKeyId };
  return xmlAnswer('ListPartsResult', {
    Bucket: bucket.name,
    Key: listingEncoder(request.query)(record.key),
    EncodingType: request.query.get('encoding-type'),
    UploadId: record.uploadId,
    Initiator: owner,
    Owner: owner,
    StorageClass: 'STANDARD',
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
    MaxParts: max,
    IsTruncated: page.length < rest.length,
    ChecksumAlgorithm: record.checksum?.algorithm,
    ChecksumType: record.checksum?.type,
    Part: page.map(describePart),
  });
}

/** ListMultipartUploads: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export async function listMultipartUploads(context: Context): Promise<Answer> {
  const { query } = context.request;
  const bucket = bucketOf(context);
  const encode = listingEncoder(query);
  const prefix = query.get('prefix') ?? '';
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('upload-id-marker') ?? ''];
  const max = readCount(query, 'max-uploads', MAX_UPLOADS);
  const isAfter = ({ record }: Upload) => {
    const order = Buffer.compare(Buffer.from(record.key), Buffer.from(keyMarker));
    return order > 0 || (order === 0 && idMarker !== '' && record.uploadId > idMarker);
  };
  const rest = [...bucket.uploads.all()]
    .filter((upload) => upload.record.key.startsWith(prefix) && (keyMarker === '' || isAfter(upload)))
    .sort(compareUploads);
  const page = rest.slice(0, max);
  const truncated = page.length < rest.length;
  const last = truncated ? page.at(-1)?.record : undefined;
  return xmlAnswer('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: last && encode(last.key),
    NextUploadIdMarker: last?.uploadId,
    Prefix: encode(prefix),
    EncodingType: query.get('encoding-type'),
    MaxUploads: max,
    IsTruncated: truncated,
    Upload: page.map(({ record }) => ({
      Key: encode(record.key),
      UploadId: record.uploadId,
      StorageClass: 'STANDARD',
      Initiated: new Date(record.initiated).toISOString(),
      ChecksumAlgorithm: record.checksum?.algorithm,
      ChecksumType: record.checksum?.type,
    })),
  });
}

function describePart({ partNumber, lastModified, etag, size, checksum }: PartRecord) {
  return {
    PartNumber: partNumber,
    LastModified: new Date(lastModified).toISOString(),
    ETag: `"${etag}"`,
    Size: size,
    ...(checksum && { [`Checksum${checksum.algorithm}`]: checksum.value }),
  };
}

function compareUploads(a: Upload, b: Upload): number {
  const byKey = Buffer.compare(Buffer.from(a.record.key), Buffer.from(b.record.key));
  return byKey || (a.record.uploadId < b.record.uploadId ? -1 : 1);
}
