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
/** One after the other: in the order asked, which is the order in which the parts are sent. */
let before: Promise<unknown> = Promise.resolve();

scope.onmessage = ({ data: { id, blob, algorithm } }) => {
  before = before
    .then(() => hashBlob(blob, algorithm))
    .then(
      (checksum) => scope.postMessage({ id, checksum }),
      (error: Error) => scope.postMessage({ id, error: error.name }),
    );
};
