import type { ConfigAnswer } from '../protocol/messages.ts';

/** What the doctor stores, and deletes again. */
export const TEST_BYTES = new TextEncoder().encode('BucketDrop doctor: a test, to be deleted.\n');
export const TEST_TYPE = 'application/octet-stream';
const NAME = 'bucketdrop-doctor';

/** The most that the doctor sends to please an endpoint that wants large files. */
const MAX_TEST_BYTES = 32 * 1024 * 1024;

export interface TestFile {
  name: string;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** A file that this endpoint takes, as small as it may be; undefined where it takes only huge ones. */
export function fittingFile({
  allowedTypes,
  minFileSizeBytes,
  maxFileSizeBytes,
}: ConfigAnswer['restrictions']): TestFile | undefined {
  const least = Math.max(minFileSizeBytes ?? 0, 1);
  if (least > MAX_TEST_BYTES) return undefined;
  const wanted = Math.max(least, Math.min(TEST_BYTES.byteLength, maxFileSizeBytes ?? Infinity));
  const bytes = new Uint8Array(wanted);
  bytes.set(TEST_BYTES.subarray(0, wanted));
  const [rule] = allowedTypes ?? [];
  if (rule === undefined) return { name: `${NAME}.txt`, type: TEST_TYPE, bytes };
  if (rule.startsWith('.')) return { name: NAME + rule, type: TEST_TYPE, bytes };
  return {
    name: NAME,
    type: rule.replace(/^\*\/\*$/, TEST_TYPE).replace(/\/\*$/, '/x-bucketdrop-doctor'),
    bytes,
  };
}
