import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import { ask, registerClient } from '../BenchClient.ts';
import { uploadWith } from '../uploadWith.ts';

/** The plugin of Uppy 5: the parts of one file side by side, each signed in a call of its own. */
registerClient(({ api, partSizeBytes, lanes }) => {
  const uppy = new Uppy().use(AwsS3, {
    limit: lanes,
    shouldUseMultipart: (file) => (file.size ?? 0) > partSizeBytes,
    getChunkSize: () => partSizeBytes,
    getUploadParameters: (file) => ask(`${api}/params`, { name: file.name }),
    createMultipartUpload: (file) => ask(`${api}/create`, { name: file.name, type: file.type }),
    signPart: (_file, { key, uploadId, partNumber }) => ask(`${api}/part`, { key, uploadId, partNumber }),
    completeMultipartUpload: (_file, { key, uploadId, parts }) =>
      ask(`${api}/complete`, { key, uploadId, parts }),
    listParts: () => [],
    abortMultipartUpload: () => {},
  });
  return (files) => uploadWith(uppy, files);
});
