import type { BodyProof } from '../body/BodyVerifier.ts';
import { readBody } from '../body/readBody.ts';
import { checksumHeader } from '../checksum/ChecksumAlgorithm.ts';
import type { Answer, AnswerHeaders } from '../http/Answer.ts';
import { S3Error } from '../S3Error.ts';
import type { ObjectAttributes, ObjectChecksum, ObjectRecord } from '../storage/records.ts';
import { assertMayWrite, readWriteCondition } from '../storage/WriteCondition.ts';
import { readAttributes } from './attributes.ts';
import { bucketOf, type Context } from './Context.ts';
import { encryptionAnswer, etagFor } from './storedAs.ts';

/** PutObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(context: Context): Promise<Answer> {
  const { request, store, auth } = context;
  if (request.amz('x-amz-copy-source') !== undefined) throw new S3Error('NotImplemented');
  const bucket = bucketOf(context);
  const attributes = readAttributes(request);
  const condition = readWriteCondition(request);
  // Looked at twice: now, to refuse before the bytes travel, and when it counts.
  assertMayWrite(bucket.objects.get(request.key), condition);
  const { blob, result } = await store.blobs.write((sink) => readBody(request, auth, context.body(), sink));
  const record = recordOf(request.key, blob, result, attributes, request.now);
  try {
    bucket.objects.put(record, condition);
  } catch (error) {
    store.blobs.discard(record.segments);
    throw error;
  }
  return { status: 200, headers: storedHeaders(record) };
}

/** The record of an object that came in one piece. */
export function recordOf(
  key: string,
  blob: string,
  proof: BodyProof,
  attributes: ObjectAttributes,
  now: number,
): ObjectRecord {
  return {
    ...attributes,
    key,
    size: proof.size,
    etag: etagFor(attributes, proof.md5.toString('hex')),
    lastModified: now,
    segments: [{ blob, size: proof.size }],
    ...(proof.checksum && { checksum: { ...proof.checksum, type: 'FULL_OBJECT' } }),
  };
}

/** ETag and checksum, as an answer to a write reports them. */
export function storedHeaders(record: ObjectRecord): AnswerHeaders {
  return { etag: `"${record.etag}"`, ...checksumHeaders(record.checksum), ...encryptionAnswer(record) };
}

export function checksumHeaders(checksum: ObjectChecksum | undefined): AnswerHeaders {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}
