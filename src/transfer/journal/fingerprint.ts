import type { Upload } from '../Upload.ts';
import type { Fingerprint } from './JournalStore.ts';

/** Only what comes from a disk can be chosen again. */
export function fingerprintOf({ source, sizeBytes }: Upload): Fingerprint | undefined {
  const { blob, name, type } = source;
  if (typeof File === 'undefined' || !(blob instanceof File)) return undefined;
  return { name, sizeBytes, type, lastModified: blob.lastModified };
}

export function isSameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  return (
    a.name === b.name && a.sizeBytes === b.sizeBytes && a.type === b.type && a.lastModified === b.lastModified
  );
}
