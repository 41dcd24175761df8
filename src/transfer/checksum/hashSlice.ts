import type { ChecksumAlgorithm } from '../../protocol/messages.ts';
import { RequestFailure } from '../RequestFailure.ts';
import type { Hasher } from './Hasher.ts';

/** @throws RequestFailure `file-changed` when the file cannot be read */
export async function hashSlice(hasher: Hasher, blob: Blob, algorithm: ChecksumAlgorithm): Promise<string> {
  try {
    return await hasher.hash(blob, algorithm);
  } catch (cause) {
    if (cause instanceof DOMException) throw new RequestFailure('file-changed', { url: '' });
    throw cause;
  }
}
