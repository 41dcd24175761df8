import { chooseKey, type SiteCall, type SiteContext } from './SiteCall.ts';

interface RequestedFile {
  name: string;
  size: number;
  type: string;
}

/** What Better Upload's own server answers, with the same signer behind it as all others have. */
export const answerBetterUpload: Record<string, SiteCall> = {
  upload: async (context, { route, files, metadata }) => {
    if (route === 'small')
      return { files: files.map((file: RequestedFile) => small(context, file)), metadata: {} };
    const partSize = metadata.partSizeBytes;
    const large = await Promise.all(files.map((file: RequestedFile) => inParts(context, file, partSize)));
    return { multipart: { files: large, partSize }, metadata: {} };
  },
};

function describeFile(run: string, file: RequestedFile) {
  return { ...file, objectInfo: { key: chooseKey(run, file.name), metadata: {} } };
}

function small({ run, signer }: SiteContext, file: RequestedFile) {
  const described = describeFile(run, file);
  return { file: described, signedUrl: signer.presign('PUT', described.objectInfo.key), headers: {} };
}

async function inParts({ run, signer, multipart }: SiteContext, file: RequestedFile, partSize: number) {
  const described = describeFile(run, file);
  const { key } = described.objectInfo;
  const uploadId = await multipart.create(key, file.type);
  return {
    file: described,
    uploadId,
    parts: Array.from({ length: Math.ceil(file.size / partSize) }, (_, index) => ({
      partNumber: index + 1,
      size: Math.min(partSize, file.size - index * partSize),
      signedUrl: signer.presign('PUT', key, { uploadId, partNumber: String(index + 1) }),
    })),
    completeSignedUrl: signer.presign('POST', key, { uploadId }),
    abortSignedUrl: signer.presign('DELETE', key, { uploadId }),
  };
}
