import type { Body, Meta, Uppy } from '@uppy/core';

export interface Moved {
  fileId: string;
  sentBytes: number;
  sizeBytes: number;
}

/**
 * Each `upload-progress` event makes core copy its whole table of files. As many files as move at a time in a usual
 * transfer get their own event; a crowd is written in one go, with one event to let core add up the total.
 */
const MAX_EVENTS = 12;

/** Tells Uppy how far these files are. Files that were removed or are done meanwhile are left out. */
export function reportProgress<M extends Meta, B extends Body>(uppy: Uppy<M, B>, moved: Moved[]): void {
  const current = moved.filter(({ fileId }) => {
    const progress = uppy.getState().files[fileId]?.progress;
    return progress?.uploadStarted != null && !progress.uploadComplete;
  });
  const crowd = current.length > MAX_EVENTS;
  if (crowd) patchProgress(uppy, current);
  for (const { fileId, sentBytes, sizeBytes } of crowd ? current.slice(-1) : current) {
    const file = uppy.getFile(fileId);
    uppy.emit('upload-progress', file, {
      uploadStarted: file.progress.uploadStarted ?? Date.now(),
      bytesUploaded: sentBytes,
      bytesTotal: sizeBytes,
    });
  }
}

/** Writes the progress of many files with one copy of the table, and without an event. */
export function patchProgress<M extends Meta, B extends Body>(uppy: Uppy<M, B>, moved: Moved[]): void {
  const { files } = uppy.getState();
  uppy.patchFilesState(
    Object.fromEntries(
      moved.map(({ fileId, sentBytes, sizeBytes }) => [
        fileId,
        {
          progress: {
            ...files[fileId]?.progress,
            uploadStarted: files[fileId]?.progress.uploadStarted ?? Date.now(),
            bytesUploaded: sentBytes,
            bytesTotal: sizeBytes,
            percentage: sizeBytes > 0 ? Math.round((sentBytes / sizeBytes) * 100) : 0,
          },
        },
      ]),
    ),
  );
}
