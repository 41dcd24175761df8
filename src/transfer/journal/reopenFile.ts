import type { KeptFile } from './KeptFile.ts';

/** Not yet in TypeScript's own types. Source: https://wicg.github.io/file-system-access/ */
type AskingHandle = FileSystemFileHandle & {
  requestPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
};

/**
 * The file, without it being chosen again. To be called in a click, before anything is waited for: the browser may ask
 * the person whether the page may read it.
 *
 * @throws DOMException `NotAllowedError` when the person or the browser refuses; `NotFoundError` or `NotReadableError`
 *   when the file is gone; `InvalidStateError` when it is another now
 */
export async function reopenFile({ copy, handle, fingerprint }: KeptFile): Promise<File> {
  if (copy) {
    await copy.slice(0, 1).arrayBuffer();
    return copy;
  }
  const asking = handle as AskingHandle | undefined;
  const allowed = (await asking?.requestPermission?.({ mode: 'read' })) ?? 'granted';
  if (!asking || allowed !== 'granted') {
    throw new DOMException('The page may not read the file', 'NotAllowedError');
  }
  const file = await asking.getFile();
  if (file.size === fingerprint.sizeBytes && file.lastModified === fingerprint.lastModified) return file;
  throw new DOMException('The file has changed since', 'InvalidStateError');
}
