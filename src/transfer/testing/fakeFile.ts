import type { UploadSource } from '../Upload.ts';

let count = 0;

/** A file of so many bytes, all of them zero, and a name of its own. */
export function fakeFile(sizeBytes: number): UploadSource {
  const n = ++count;
  return { id: `f${n}`, name: `n${n}`, type: 'x/y', blob: new Blob([new Uint8Array(sizeBytes)]) };
}
