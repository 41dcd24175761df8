import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { BucketDropError } from '../protocol/BucketDropError.ts';
import type { ConfigAnswer } from '../protocol/messages.ts';
import type { EndpointOptions } from '../transfer/EndpointClient.ts';
import { type StoredFile, StoredFiles } from '../widget/stored/StoredFiles.ts';
import { useSomeQueryClient } from './useSomeQueryClient.ts';
import { useUploadConfig } from './useUploadConfig.ts';

export interface UploadedFiles {
  /** The newest first. */
  files: readonly StoredFile[];
  /** Which links the endpoint gives at all; nothing until it has said so. */
  can: NonNullable<ConfigAnswer['links']>;
  /**
   * Removes the object from the bucket, for good, then the file from the list: `remove.mutate(file)`. One that is gone
   * already counts as removed. Ask the person before.
   */
  remove: UseMutationResult<void, BucketDropError, StoredFile>;
  /** Takes a file off the list; it stays in the bucket. */
  forget: (file: StoredFile) => void;
}

interface UploadedFilesOptions extends EndpointOptions {
  /** `session` keeps the list over reloads, in the tab's `sessionStorage`. Default `page`. */
  keep?: 'page' | 'session' | undefined;
}

const NO_FILES: readonly StoredFile[] = [];
const NO_LINKS = { download: false, preview: false, delete: false };

/**
 * The files that `<BucketDrop>` has stored through this endpoint since the page was opened, wherever in the page it stands
 * or stood. With `useFileLink` and `useThumbnail` for each of them; no link is fetched before it is asked for.
 *
 * @example
 * function Files() {
 *   const { files, can, remove } = useUploadedFiles({ endpoint: '/api/uploads' });
 *   return files.map((file) => (
 *     <p key={file.id}>
 *       {file.name} {can.download && <CopyLink file={file} />}
 *       {can.delete && <button onClick={() => confirm('Delete?') && remove.mutate(file)}>Delete</button>}
 *     </p>
 *   ));
 * }
 */
export function useUploadedFiles({ keep, ...options }: UploadedFilesOptions): UploadedFiles {
  const { endpoint, headers, credentials } = options;
  const list = useMemo(() => StoredFiles.of(endpoint), [endpoint]);
  const files = useSyncExternalStore(
    list.subscribe,
    () => list.files,
    () => NO_FILES,
  );
  const { data } = useUploadConfig(options);
  useEffect(() => list.connect({ headers, credentials }));
  // After the first render, which has to be the same as the server's.
  useEffect(() => {
    if (keep === 'session') list.keepForSession();
  }, [list, keep]);
  const remove = useMutation<void, BucketDropError, StoredFile>(
    { mutationFn: (file) => list.delete(file), networkMode: 'always' },
    useSomeQueryClient(),
  );
  return {
    files,
    can: data?.links ?? NO_LINKS,
    remove,
    forget: (file) => list.forget(file.id),
  };
}
