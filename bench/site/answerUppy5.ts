import { chooseKey, type SiteCall } from './SiteCall.ts';

/** The calls that the older plugin leaves to the site. */
export const answerUppy5: Record<string, SiteCall> = {
  params: async ({ run, signer }, { name }) => ({
    method: 'PUT',
    url: signer.presign('PUT', chooseKey(run, name)),
    fields: {},
    headers: {},
  }),
  create: async ({ run, multipart }, { name, type }) => {
    const key = chooseKey(run, name);
    return { key, uploadId: await multipart.create(key, type) };
  },
  part: async ({ signer }, { key, uploadId, partNumber }) => ({
    url: signer.presign('PUT', key, { uploadId, partNumber: String(partNumber) }),
  }),
  complete: async ({ multipart }, { key, uploadId, parts }) => {
    const named = parts.map((part: { PartNumber: number; ETag: string }) => ({
      partNumber: part.PartNumber,
      etag: part.ETag,
    }));
    await multipart.complete(key, uploadId, named);
    return {};
  },
};
