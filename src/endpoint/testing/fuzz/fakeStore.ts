import { Readable } from 'node:stream';
import { S3Client, type ServiceInputTypes } from '@aws-sdk/client-s3';
import { type HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { vi } from 'vitest';

interface Command {
  constructor: { name: string };
  input: ServiceInputTypes & { Key?: string };
}

/**
 * Stands behind the SDK's client and its connections: a store that takes everything, and whose objects are as large as was
 * announced.
 */
export function fakeStore(sizes: ReadonlyMap<string, number>): void {
  let uploads = 0;
  const answer = ({ constructor: { name } }: Command): object => {
    switch (name) {
      case 'CreateMultipartUploadCommand':
        uploads += 1;
        return { UploadId: `upload-${uploads}` };
      case 'ListPartsCommand':
        return { Parts: [{ PartNumber: 1, ETag: '"e"', Size: 5 * 1024 * 1024 }], IsTruncated: false };
      case 'CompleteMultipartUploadCommand':
        return { ETag: '"e-1"' };
      default:
        return {};
    }
  };
  vi.spyOn(S3Client.prototype, 'send').mockImplementation((async (command: Command) => ({
    $metadata: { httpStatusCode: 200, attempts: 1 },
    ...answer(command),
  })) as never);
  const { requestHandler } = new S3Client({ region: 'us-east-1' }).config;
  vi.spyOn(Object.getPrototypeOf(requestHandler), 'handle').mockImplementation(((request: HttpRequest) =>
    Promise.resolve({ response: head(request, sizes) })) as never);
}

/** Nothing but HEAD of an object comes without the client. */
function head({ method, path }: HttpRequest, sizes: ReadonlyMap<string, number>): HttpResponse {
  if (method !== 'HEAD') throw new TypeError(`${method} ${path} is not for this store`);
  const sizeBytes = sizes.get(decodeURIComponent(path.replace(/^\/[^/]*\//, '')));
  const headers = {
    'content-length': String(sizeBytes),
    'content-type': 'image/png',
    etag: '"e"',
    'last-modified': new Date().toUTCString(),
  };
  return new HttpResponse({
    statusCode: sizeBytes === undefined ? 404 : 200,
    headers: sizeBytes === undefined ? {} : headers,
    body: Readable.from([]),
  });
}
