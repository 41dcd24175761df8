import { MAX_PART_COUNT, MIB } from '../protocol/limits.ts';
import type { ChecksumAlgorithm, ConfigAnswer } from '../protocol/messages.ts';

export interface SinglePlan {
  kind: 'single';
  checksum: ChecksumAlgorithm | null;
}
export type UploadPlan =
  | SinglePlan
  | {
      kind: 'multipart';
      partSizeBytes: number;
      checksum: ChecksumAlgorithm | null;
      /** Whether a part can be sent before it is hashed: what the store tells of it is compared afterwards. */
      isTold: boolean;
    };

/** Good on near and far lines, and not much is lost when a connection breaks. Where the rate is known, parts are larger or smaller only for a good reason. */
const USUAL_PART_BYTES = 16 * MIB;
/**
 * Between two parts, a lane waits for an answer and for a preflight: shorter ones would wait much of their time, and on a
 * shared line all lanes come to do so at the same moments, since those that send take what the others leave.
 */
const SHORT_PART_SECONDS = 4;
/** Longer ones cost too much when a connection breaks. */
const LONG_PART_SECONDS = 25;
const LARGEST_PART_BYTES = 128 * MIB;
/** With the first wave alone, lanes would idle as soon as the luckiest of them is done. */
const MIN_WAVES = 2;
/** Kept away from the limit of 10,000, so that a smaller part size for any reason still fits. */
const COMFORTABLE_PART_COUNT = 8_000;
const ROUND_TO_BYTES = 64 * 1024;

/**
 * Decides how a file goes: in one request, or in parts of one fixed size (some stores demand equal parts).
 *
 * A file's last moments decide: with fewer parts left than lanes, the line runs part empty. So the parts make full
 * waves over the lanes, and few of them.
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
    isTold: config.checksums?.partsTold ?? false,
  };
}

function fullWaves(sizeBytes: number, lanes: number, bytesPerSecond: number | undefined): number {
  const target = Math.max(usualPartBytes(lanes, bytesPerSecond), sizeBytes / COMFORTABLE_PART_COUNT);
  const waves = Math.max(MIN_WAVES, Math.ceil(sizeBytes / (lanes * target)));
  return Math.ceil(sizeBytes / (lanes * waves) / ROUND_TO_BYTES) * ROUND_TO_BYTES;
}

function usualPartBytes(lanes: number, bytesPerSecond: number | undefined): number {
  if (bytesPerSecond === undefined) return USUAL_PART_BYTES;
  const ofOneLane = bytesPerSecond / lanes;
  const longest = Math.min(LARGEST_PART_BYTES, ofOneLane * LONG_PART_SECONDS);
  return Math.min(longest, Math.max(USUAL_PART_BYTES, ofOneLane * SHORT_PART_SECONDS));
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
