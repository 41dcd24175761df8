import { MAX_PART_COUNT, MIB } from '../protocol/limits.ts';
import type { ChecksumAlgorithm, ConfigAnswer } from '../protocol/messages.ts';

export interface SinglePlan {
  kind: 'single';
  checksum: ChecksumAlgorithm | null;
}
export type UploadPlan =
  | SinglePlan
  | { kind: 'multipart'; partSizeBytes: number; checksum: ChecksumAlgorithm | null };

/** Parts are at most this large as long as the file allows it: what a broken connection costs at the most. */
const LARGE_PART_BYTES = 24 * MIB;
/** Kept away from the limit of 10,000, so that a smaller part size for any reason still fits. */
const COMFORTABLE_PART_COUNT = 8_000;
const ROUND_TO_BYTES = 64 * 1024;

/**
 * Decides how a file goes: in one request, or in parts of one fixed size (some stores demand equal parts).
 *
 * A file's last moments decide: with fewer parts left than lanes, the line runs part empty. So the parts make full
 * waves over the lanes, in as few waves as parts of 24 MiB allow.
 *
 * @param sizeBytes the file's size
 * @param config what the endpoint allows and asks for
 * @param lanes how many requests are in flight at once
 */
export function planUpload(sizeBytes: number, config: ConfigAnswer, lanes: number): UploadPlan {
  if (sizeBytes <= config.singleRequest.maxSizeBytes) {
    return { kind: 'single', checksum: config.checksums?.singleRequest ?? null };
  }
  const { minPartSizeBytes, maxPartSizeBytes, maxPartCount, preferredPartSizeBytes } = config.multipart;
  const smallest = Math.max(minPartSizeBytes, Math.ceil(sizeBytes / Math.min(maxPartCount, MAX_PART_COUNT)));
  const largest = Math.max(smallest, Math.min(maxPartSizeBytes, sizeBytes));
  const wanted = preferredPartSizeBytes ?? fullWaves(sizeBytes, lanes);
  return {
    kind: 'multipart',
    partSizeBytes: Math.min(largest, Math.max(smallest, wanted)),
    checksum: config.checksums?.parts ?? null,
  };
}

function fullWaves(sizeBytes: number, lanes: number): number {
  const target = Math.max(LARGE_PART_BYTES, sizeBytes / COMFORTABLE_PART_COUNT);
  const waves = Math.ceil(sizeBytes / (lanes * target));
  return Math.ceil(sizeBytes / (lanes * waves) / ROUND_TO_BYTES) * ROUND_TO_BYTES;
}

/** How many parts a file has; an empty file has one. */
export function countParts(sizeBytes: number, partSizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / partSizeBytes));
}

/** The bytes of one part: from `start` to before `end`. */
export function partRange(
  sizeBytes: number,
  partSizeBytes: number,
  partNumber: number,
): { start: number; end: number } {
  const start = (partNumber - 1) * partSizeBytes;
  return { start, end: Math.min(sizeBytes, start + partSizeBytes) };
}
