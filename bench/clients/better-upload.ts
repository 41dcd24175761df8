import { uploadFiles } from '@better-upload/client';
import { registerClient } from './BenchClient.ts';

/**
 * Better Upload: everything presigned in one call, and all of it sent at once, as it does by default. A route of it is
 * either multipart or not, so large and small files take two.
 */
registerClient(({ api, partSizeBytes }) => async (files) => {
  const large = files.filter((file) => file.size > partSizeBytes);
  const small = files.filter((file) => file.size <= partSizeBytes);
  const answers = await Promise.all([
    ...(large.length > 0
      ? [
          uploadFiles({
            api: `${api}/upload`,
            route: 'large',
            files: large,
            metadata: { partSizeBytes },
            retry: 4,
          }),
        ]
      : []),
    ...(small.length > 0
      ? [uploadFiles({ api: `${api}/upload`, route: 'small', files: small, retry: 4 })]
      : []),
  ]);
  const failed = answers.flatMap((answer) => answer.failedFiles);
  if (failed.length > 0) throw new Error(`${failed.length} files failed`);
});
