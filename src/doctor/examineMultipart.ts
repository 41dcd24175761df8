import type { BucketRequests } from './BucketRequests.ts';
import type { Examination } from './Examination.ts';
import { examineRequest, type RequestToExamine } from './examineRequest.ts';
import { tryAction } from './tryAction.ts';

const PUT = 's3:PutObject';

/** A file in parts, from its beginning to its end, and another one that is given up. Gives whether it was stored. */
export async function examineMultipart(
  examination: Examination,
  requests: BucketRequests,
  common: Pick<RequestToExamine, 'bytes' | 'origin' | 'rules' | 'attempt'>,
): Promise<boolean> {
  const uploadId = await begin(examination, requests, 'Beginning a file in parts');
  if (uploadId === undefined) return false;
  const part = await examineRequest(examination, {
    ...common,
    title: 'A part of a file',
    signed: await requests.part(uploadId),
    needsEtag: true,
  });
  const etag = part.answer?.headers.get('etag') ?? undefined;
  let stored = false;
  if (etag !== undefined) {
    await tryAction(examination, requests, 'Listing parts', 's3:ListMultipartUploadParts', {
      method: 'GET',
      query: { uploadId },
    });
    const list = `<Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part>`;
    const completed = await tryAction(examination, requests, 'Completing a file in parts', PUT, {
      method: 'POST',
      query: { uploadId },
      body: `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`,
    });
    stored = completed !== undefined;
  }
  const given = stored ? await begin(examination, requests) : uploadId;
  if (given !== undefined)
    await tryAction(examination, requests, 'Giving up a file in parts', 's3:AbortMultipartUpload', {
      method: 'DELETE',
      query: { uploadId: given },
    });
  return stored;
}

async function begin(
  examination: Examination,
  requests: BucketRequests,
  title?: string,
): Promise<string | undefined> {
  const request = { method: 'POST', query: { uploads: '' } } as const;
  const answer =
    title === undefined
      ? await requests.ask(request)
      : await tryAction(examination, requests, title, PUT, request);
  return /<UploadId>([^<]+)<\/UploadId>/.exec(answer?.body ?? '')?.[1];
}
