import { readDigests } from '../body/BodyExpectations.ts';
import { readSmallBody } from '../body/readBody.ts';
import { S3Error } from '../S3Error.ts';
import type { Context } from './Context.ts';

/**
 * The XML of an operation for which S3 demands a Content-MD5 or a checksum.
 * @throws S3Error InvalidRequest without one, MaxMessageLengthExceeded beyond `limit` bytes.
 */
export async function readXmlBody({ request, auth, body }: Context, limit: number): Promise<string> {
  const digests = readDigests((name) => request.header(name));
  if ((digests.contentMd5 ?? digests.checksum ?? digests.trailer) === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  return readSmallBody(request, auth, body(), limit, { digests });
}
