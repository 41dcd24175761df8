import { readDigests } from '../body/BodyExpectations.ts';
import { readBody } from '../body/readBody.ts';
import { checksumHeader } from '../checksum/ChecksumAlgorithm.ts';
import type { Answer } from '../http/Answer.ts';
import type { S3Request } from '../http/S3Request.ts';
import { S3Error } from '../S3Error.ts';
import type { UploadChecksum } from '../storage/records.ts';
import { bucketOf, type Context } from './Context.ts';
import { encryptionAnswer, etagFor } from './storedAs.ts';

export const MAX_PART_NUMBER = 10_000;

/** UploadPart: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(context: Context): Promise<Answer> {
  const { request, store, auth } = context;
  if (request.amz('x-amz-copy-source') !== undefined) throw new S3Error('NotImplemented');
  const bucket = bucketOf(context);
  const partNumber = readPartNumber(request);
  const uploadId = request.query.get('uploadId') ?? '';
  const { record } = bucket.uploads.get(uploadId, request.key);
  assertChecksumFits(request, record.checksum);
  const { blob, result } = await store.blobs.write((sink) =>
    readBody(request, auth, context.body(), sink, { compute: record.checksum?.algorithm }),
  );
  const { size, md5, checksum } = result;
  const etag = etagFor(record, md5.toString('hex'));
  try {
    // The upload may have been aborted or completed while the bytes came in.
    bucket.uploads.putPart(uploadId, request.key, {
      blob,
      size,
      partNumber,
      etag,
      lastModified: request.now,
      ...(checksum && { checksum }),
    });
  } catch (error) {
    store.blobs.discard([{ blob, size }]);
    throw error;
  }
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      ...(checksum && { [checksumHeader(checksum.algorithm)]: checksum.value }),
      ...encryptionAnswer(record),
    },
  };
}

/** @throws S3Error InvalidArgument unless it is 1 to 10,000. */
export function readPartNumber(request: S3Request): number {
  const text = request.query.get('partNumber') ?? '';
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number >= 1 && number <= MAX_PART_NUMBER) return number;
  throw new S3Error(
    'InvalidArgument',
    `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
    { ArgumentName: 'partNumber', ArgumentValue: text },
  );
}

/** A part brings the checksum its upload was created for, and for a composite one it must. */
function assertChecksumFits(request: S3Request, upload: UploadChecksum | undefined): void {
  if (upload === undefined) return;
  const { checksum, trailer } = readDigests((name) => request.header(name));
  const brought = checksum?.algorithm ?? trailer;
  if (brought === upload.algorithm || (brought === undefined && upload.type === 'FULL_OBJECT')) return;
  throw new S3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${brought?.toLowerCase() ?? 'null'}`,
  );
}
