import type { BareForm } from './BareSigner.ts';
import { chooseKey, type SiteCall } from './SiteCall.ts';

export interface BareFile {
  name: string;
  sizeBytes: number;
  type: string;
}
export type BareSingle = 'form' | 'put';
export type BareUpload =
  | { form: BareForm }
  | { putUrl: string }
  | { key: string; uploadId: string; partUrls: string[] };
export interface BareAnswer {
  uploads: BareUpload[];
}

/** Everything presigned in one call. */
export const answerBare: Record<string, SiteCall> = {
  sign: async ({ run, signer, multipart }, { files, single, partSizeBytes, hosts }): Promise<BareAnswer> => ({
    uploads: await Promise.all(
      (files as BareFile[]).map(async ({ name, sizeBytes, type }, at) => {
        const turn = at % hosts;
        const key = chooseKey(run, name);
        if (sizeBytes <= partSizeBytes && single === 'put')
          return { putUrl: signer.presign('PUT', key, {}, turn) };
        if (sizeBytes <= partSizeBytes) return { form: signer.form(key, type, sizeBytes, turn) };
        const uploadId = await multipart.create(key, type);
        const partUrls = Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, (_, index) =>
          signer.presign('PUT', key, { partNumber: String(index + 1), uploadId }, index % hosts),
        );
        return { key, uploadId, partUrls };
      }),
    ),
  }),
  complete: async ({ multipart }, { key, uploadId, parts }) => {
    await multipart.complete(key, uploadId, parts);
    return {};
  },
};
