import { createHash } from 'node:crypto';
import { readDigests } from '../body/BodyExpectations.ts';
import { readSmallBody } from '../body/readBody.ts';
import { type Answer, xmlAnswer } from '../http/Answer.ts';
import { S3Error } from '../S3Error.ts';
import type { Upload } from '../storage/BucketUploads.ts';
import type { ObjectRecord, PartRecord } from '../storage/records.ts';
import { readWriteCondition } from '../storage/WriteCondition.ts';
import { bucketOf, type Context } from './Context.ts';
import { combineChecksum } from './combineChecksum.ts';
import { objectLocation } from './objectLocation.ts';
import { type NamedPart, parseNamedParts } from './parseNamedParts.ts';
import { checksumHeaders } from './putObject.ts';
import { encryptionAnswer } from './storedAs.ts';

/** Room for 10,000 parts with their ETags and checksums. */
const MAX_XML_BYTES = 8 * 1024 * 1024;

/**
 * CompleteMultipartUpload: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * The object refers to its parts' files as they are, so that this takes no longer for a larger object.
 */
export async function completeMultipartUpload(context: Context): Promise<Answer> {
  const { request } = context;
  const bucket = bucketOf(context);
  const condition = readWriteCondition(request);
  const uploadId = request.query.get('uploadId') ?? '';
  const named = parseNamedParts(await readPartList(context));
  const before = bucket.uploads.finished(uploadId, request.key);
  if (before !== undefined) return completed(context, before);
  const upload = bucket.uploads.get(uploadId, request.key);
  const parts = pickParts(named, upload, context.minPartBytes);
  const record = await makeRecord(context, upload, parts, named);
  // Meanwhile another Complete may have won, the upload may be aborted, or a part sent anew.
  const meanwhile = bucket.uploads.finished(uploadId, request.key);
  if (meanwhile !== undefined) return completed(context, meanwhile);
  const now = pickParts(named, bucket.uploads.get(uploadId, request.key), context.minPartBytes);
  if (now.some((part, index) => part !== parts[index])) throw new S3Error('InvalidPart');
  bucket.objects.put(record, condition);
  bucket.uploads.finish(uploadId, record);
  return completed(context, record);
}

/** Here a checksum in the headers is the object's; only a Content-MD5 is this body's. */
function readPartList({ request, auth, body }: Context): Promise<string> {
  const digests = readDigests((name) => (name === 'content-md5' ? request.header(name) : undefined));
  return readSmallBody(request, auth, body(), MAX_XML_BYTES, { digests });
}

function pickParts(named: readonly NamedPart[], upload: Upload, minBytes: number): PartRecord[] {
  const parts = named.map(({ partNumber, etag, checksums }) => {
    const part = upload.parts.get(partNumber);
    const known = part?.checksum;
    const fits =
      part?.etag === etag &&
      checksums.every(({ algorithm, value }) => known?.algorithm === algorithm && known.value === value);
    if (part === undefined || !fits) {
      throw new S3Error('InvalidPart', undefined, {
        UploadId: upload.record.uploadId,
        PartNumber: partNumber,
        ETag: etag,
      });
    }
    return part;
  });
  const small = parts.slice(0, -1).find(({ size }) => size < minBytes);
  if (small !== undefined) {
    throw new S3Error('EntityTooSmall', undefined, {
      ProposedSize: small.size,
      MinSizeAllowed: minBytes,
      PartNumber: small.partNumber,
      ETag: small.etag,
    });
  }
  return parts;
}

async function makeRecord(
  context: Context,
  upload: Upload,
  parts: readonly PartRecord[],
  named: readonly NamedPart[],
): Promise<ObjectRecord> {
  const { request } = context;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const announced = request.amz('x-amz-mp-object-size');
  if (announced !== undefined && Number(announced) !== size) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${size}`,
    );
  }
  const md5s = createHash('md5');
  for (const { etag } of parts) md5s.update(etag, 'hex');
  const { checksum: promised } = readDigests((name) =>
    name.startsWith('x-amz-checksum-') ? request.header(name)?.replace(/-\d+$/, '') : undefined,
  );
  const checksum = await combineChecksum({
    upload: upload.record.checksum,
    type: request.amz('x-amz-checksum-type'),
    promised,
    parts,
    named,
  });
  const { headers, metadata, tags, storedAs, acl, key, uploadId } = upload.record;
  return {
    key,
    uploadId,
    headers,
    metadata,
    tags,
    ...(storedAs && { storedAs }),
    ...(acl !== undefined && { acl }),
    size,
    etag: `${md5s.digest('hex')}-${parts.length}`,
    lastModified: request.now,
    segments: parts.map(({ blob, size }) => ({ blob, size })),
    ...(checksum && { checksum }),
  };
}

function completed(context: Context, record: ObjectRecord): Answer {
  const { request } = context;
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    {
      Location: objectLocation(request, record.key),
      Bucket: request.bucket,
      Key: record.key,
      ETag: `"${record.etag}"`,
      ...(record.checksum && {
        [`Checksum${record.checksum.algorithm}`]: record.checksum.value,
        ChecksumType: record.checksum.type,
      }),
    },
    { ...checksumHeaders(record.checksum), ...encryptionAnswer(record) },
  );
}
