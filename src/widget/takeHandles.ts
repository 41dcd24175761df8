import { noteHandle } from '../transfer/journal/fileHandles.ts';

/** Not yet in TypeScript's own types. Source: https://wicg.github.io/file-system-access/ */
type HandleItem = DataTransferItem & { getAsFileSystemHandle?(): Promise<FileSystemHandle | null> };
interface PickerOptions {
  multiple: boolean;
  types?: { accept: Record<string, string[]> }[];
}
type PickingWindow = { showOpenFilePicker?(options: PickerOptions): Promise<FileSystemFileHandle[]> };

/**
 * Takes the handles of what is dropped, beside the files themselves, where the browser gives them: with them, a later
 * life of the page can go on without the person choosing again.
 */
export function noteDroppedHandles(place: Element): void {
  const onDrop = (event: Event) => {
    // In Chromium, asking for a handle in an insecure page has crashed it.
    if (!isSecureContext) return;
    for (const item of (event as DragEvent).dataTransfer?.items ?? []) {
      const { getAsFileSystemHandle: give } = item as HandleItem;
      if (item.kind === 'file' && give) noteHandle(give.call(item));
    }
  };
  // Before the Dashboard, which ends the event.
  place.addEventListener('drop', onDrop, { capture: true });
}

/**
 * Has the browser's picker with handles opened in place of a file input's own, where there is one. Where it is refused
 * (headless, in foreign frames), the input opens its own all the same.
 */
export function pickWithHandles(place: Element, add: (files: File[]) => void): void {
  let isOwn = false;
  const onClick = (event: Event) => {
    const input = event.target;
    const { showOpenFilePicker } = window as PickingWindow;
    if (isOwn || !showOpenFilePicker || !isSecureContext) return;
    if (!(input instanceof HTMLInputElement) || input.type !== 'file') return;
    // A folder has another picker, and a phone's camera none.
    if (input.webkitdirectory || input.hasAttribute('capture')) return;
    event.preventDefault();
    pick(showOpenFilePicker, input).then(add, (error: { name?: unknown }) => {
      if (error.name === 'AbortError') return;
      isOwn = true;
      input.click();
      isOwn = false;
    });
  };
  place.addEventListener('click', onClick, { capture: true });
}

async function pick(
  showOpenFilePicker: NonNullable<PickingWindow['showOpenFilePicker']>,
  { accept, multiple }: HTMLInputElement,
): Promise<File[]> {
  const types = accept ? { types: [{ accept: readAccept(accept) }] } : {};
  const handles = await showOpenFilePicker.call(window, { multiple, ...types });
  for (const handle of handles) noteHandle(Promise.resolve(handle));
  const files = await Promise.allSettled(handles.map((handle) => handle.getFile()));
  return files.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : []));
}

/** `image/*,.pdf` as the picker has it: extensions stand under a type, and any will do. */
function readAccept(accept: string): Record<string, string[]> {
  const all = accept.split(',').map((type) => type.trim());
  const extensions = all.filter((type) => type.startsWith('.'));
  const types = all.filter((type) => type.includes('/')).map((type) => [type, [] as string[]]);
  const named = extensions.length > 0 ? { 'application/x-by-extension': extensions } : {};
  return { ...Object.fromEntries(types), ...named };
}
