import type { ChecksumAlgorithm } from '../../protocol/messages.ts';
import { hashBlob } from './hashBlob.ts';

export interface ChecksumQuestion {
  id: number;
  blob: Blob;
  algorithm: ChecksumAlgorithm;
}
export type ChecksumAnswer = { id: number; checksum: string } | { id: number; error: string };

const scope = globalThis as unknown as {
  onmessage: (event: { data: ChecksumQuestion }) => void;
  postMessage: (answer: ChecksumAnswer) => void;
};
/** Opening a small file takes longer than hashing it, so that these are opened side by side. */
const SMALL_BYTES = 1024 * 1024;
/** The others one after the other: in the order asked, which is the order in which the parts are sent. */
let before: Promise<unknown> = Promise.resolve();

scope.onmessage = ({ data: { id, blob, algorithm } }) => {
  const isSmall = blob.size <= SMALL_BYTES;
  const hashed = isSmall ? hashBlob(blob, algorithm) : before.then(() => hashBlob(blob, algorithm));
  const answered = hashed.then(
    (checksum) => scope.postMessage({ id, checksum }),
    (error: Error) => scope.postMessage({ id, error: error.name }),
  );
  if (!isSmall) before = answered;
};
