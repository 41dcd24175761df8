import { MAX_PART_COUNT, MIB } from '../protocol/limits.ts';
import type { ChecksumAlgorithm, ConfigAnswer } from '../protocol/messages.ts';

export interface SinglePlan {
  kind: 'single';
  checksum: ChecksumAlgorithm | null;
}
export type UploadPlan =
  | SinglePlan
  | { kind: 'multipart'; partSizeBytes: number; checksum: ChecksumAlgorithm | null };

/**
 * How long a part is under way in its lane, where the rate is known. Shorter ones wait for preflights and answers much of
 * their time; longer ones leave lanes idle at the end of a file, and a connection that breaks costs more.
 */
const PART_SECONDS = 5;
/** Where nothing has been measured yet. */
const FIRST_PART_BYTES = 12 * MIB;
/** What a broken connection costs at the most, as long as the file allows it. */
const LARGE_PART_BYTES = 64 * MIB;
/** On a fast line, a file of few parts would end with lanes idle all the same. */
const MIN_WAVES = 2;
/** Kept away from the limit of 10,000, so that a smaller part size for any reason still fits. */
const COMFORTABLE_PART_COUNT = 8_000;
const ROUND_TO_BYTES = 64 * 1024;

/**
 * Decides how a file goes: in one request, or in parts of one fixed size (some stores demand equal parts).
 *
 * A file's last moments decide: with fewer parts left than lanes, the line runs part empty. So the parts make full
 * waves over the lanes, each of about five seconds.
 *
 * @param sizeBytes the file's size
 * @param config what the endpoint allows and asks for
 * @param lanes how many requests are in flight at once
 * @param bytesPerSecond what all lanes together sent before; undefined if nobody knows
 */
export function planUpload(
  sizeBytes: number,
  config: ConfigAnswer,
  lanes: number,
  bytesPerSecond?: number,
): UploadPlan {
  if (sizeBytes <= config.singleRequest.maxSizeBytes) {
    return { kind: 'single', checksum: config.checksums?.singleRequest ?? null };
  }
  const { minPartSizeBytes, maxPartSizeBytes, maxPartCount, preferredPartSizeBytes } = config.multipart;
  const smallest = Math.max(minPartSizeBytes, Math.ceil(sizeBytes / Math.min(maxPartCount, MAX_PART_COUNT)));
  const largest = Math.max(smallest, Math.min(maxPartSizeBytes, sizeBytes));
  const wanted = preferredPartSizeBytes ?? fullWaves(sizeBytes, lanes, bytesPerSecond);
  return {
    kind: 'multipart',
    partSizeBytes: Math.min(largest, Math.max(smallest, wanted)),
    checksum: config.checksums?.parts ?? null,
  };
}

function fullWaves(sizeBytes: number, lanes: number, bytesPerSecond: number | undefined): number {
  const byRate = bytesPerSecond === undefined ? FIRST_PART_BYTES : (bytesPerSecond / lanes) * PART_SECONDS;
  const target = Math.max(Math.min(byRate, LARGE_PART_BYTES), sizeBytes / COMFORTABLE_PART_COUNT);
  const waves = Math.max(MIN_WAVES, Math.round(sizeBytes / (lanes * target)));
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
