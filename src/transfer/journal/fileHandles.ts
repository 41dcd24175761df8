/** By name: which of them is a file's own is looked at when somebody asks. */
const handles = new Map<string, FileSystemFileHandle[]>();
const arriving = new Set<Promise<void>>();

/** Whether any file of this page came with a handle. */
export function hasHandles(): boolean {
  return handles.size > 0 || arriving.size > 0;
}

/** A file was dropped or picked, and this is what opens it again after a reload. Never rejects. */
export function noteHandle(coming: Promise<FileSystemHandle | null>): void {
  const arrival = coming
    .then((handle) => {
      // A folder is read file by file, by somebody else.
      if (handle?.kind !== 'file') return;
      const known = handles.get(handle.name) ?? [];
      handles.set(handle.name, [...known, handle as FileSystemFileHandle]);
    })
    // What has no handle is chosen again.
    .catch(() => {})
    .finally(() => arriving.delete(arrival));
  arriving.add(arrival);
}

/** The handle of this very file, if it came with one. Of two files alike in all that is not their bytes, any. */
export async function findHandle(file: File): Promise<FileSystemFileHandle | undefined> {
  await Promise.all(arriving);
  for (const handle of handles.get(file.name) ?? []) {
    const now = await handle.getFile().catch(() => undefined);
    if (now?.size === file.size && now.lastModified === file.lastModified) return handle;
  }
  return undefined;
}
