import { parseChecksumAlgorithm } from '../checksum/ChecksumAlgorithm.ts';
import { canCombine } from '../checksum/combineCrc.ts';
import { type Answer, xmlAnswer } from '../http/Answer.ts';
import type { S3Request } from '../http/S3Request.ts';
import { S3Error } from '../S3Error.ts';
import type { UploadChecksum } from '../storage/records.ts';
import { readAttributes } from './attributes.ts';
import { bucketOf, type Context } from './Context.ts';
import { encryptionAnswer } from './storedAs.ts';

/** CreateMultipartUpload: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export async function createMultipartUpload(context: Context): Promise<Answer> {
  const { request } = context;
  const bucket = bucketOf(context);
  const checksum = readUploadChecksum(request);
  const attributes = readAttributes(request);
  const upload = bucket.uploads.create({
    ...attributes,
    key: request.key,
    initiated: request.now,
    ...(checksum && { checksum }),
  });
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: request.key, UploadId: upload.uploadId },
    {
      'x-amz-checksum-algorithm': checksum?.algorithm,
      'x-amz-checksum-type': checksum?.type,
      ...encryptionAnswer(attributes),
    },
  );
}

/** @throws S3Error InvalidRequest for an unknown algorithm or a type it does not have. */
function readUploadChecksum(request: S3Request): UploadChecksum | undefined {
  const [name, type] = [request.amz('x-amz-checksum-algorithm'), request.amz('x-amz-checksum-type')];
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw new S3Error(
      'InvalidRequest',
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const algorithm = parseChecksumAlgorithm(name);
  if (algorithm === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  const only = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : canCombine(algorithm) ? undefined : 'COMPOSITE';
  const chosen = type?.toUpperCase() ?? only ?? 'COMPOSITE';
  if (chosen !== 'FULL_OBJECT' && chosen !== 'COMPOSITE') {
    throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.');
  }
  if (only !== undefined && chosen !== only) {
    throw new S3Error(
      'InvalidRequest',
      `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: chosen };
}
