import type { TransferOptions } from '../transfer/TransferOptions.ts';
import type { Upload } from '../transfer/Upload.ts';

/** For the endpoint's answer to what it was asked a moment ago. */
const GRACE_MS = 5_000;

/**
 * Stops uploads whose page takes no more interest in them. What the journal knows stays in the bucket, to be gone on
 * with; what it cannot know would lie there for nobody, and is given up.
 *
 * @returns when nothing is left to be told to the endpoint: a new upload is noted by then, a last call is answered
 */
export async function stopUploads(
  uploads: readonly Upload[],
  journal: TransferOptions['journal'],
): Promise<void> {
  const stopping = uploads.map((upload) => {
    if (!canBeResumed(upload, journal)) return upload.cancel();
    upload.pause();
    return upload.state === 'completing' ? upload.finished : upload.creating;
  });
  await new Promise<void>((resolve) => {
    const grace = setTimeout(resolve, GRACE_MS);
    void Promise.allSettled(stopping).then(() => {
      clearTimeout(grace);
      resolve();
    });
  });
}

/** Only a file that comes from a disk can be chosen again. */
function canBeResumed({ source }: Upload, journal: TransferOptions['journal']): boolean {
  const isKept = typeof journal === 'object' || (journal !== false && typeof indexedDB !== 'undefined');
  return isKept && source.blob instanceof File;
}
