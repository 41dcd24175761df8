import { MIB } from '../protocol/limits.ts';
import type { ConfigAnswer } from '../protocol/messages.ts';
import { isPaced, limitOf, type PaceOptions } from './PaceOptions.ts';

/** A request is as short as this where the store allows it: what goes at once is what the others on the line feel. */
const BURST_SECONDS = 0.125;
/** Longer than that, a file goes in parts, though one request could take it. */
const LONGEST_SINGLE_SECONDS = 2;
const LARGEST_BURST_BYTES = 16 * MIB;
/** Kept away from S3's 10,000. */
const MOST_PARTS = 8_000;

/**
 * What a plan is made from where a pace is kept: smaller requests than the endpoint's config alone would lead to. A part
 * size that the site asks for stays.
 */
export function pacedConfig(config: ConfigAnswer, sizeBytes: number, pace: PaceOptions): ConfigAnswer {
  if (!isPaced(pace)) return config;
  const { singleRequest, multipart } = config;
  const rate = pace.polite ? 0 : limitOf(pace);
  const partSizeBytes = Math.max(
    multipart.minPartSizeBytes,
    Math.ceil(sizeBytes / MOST_PARTS),
    Math.floor(Math.min(LARGEST_BURST_BYTES, rate * BURST_SECONDS)),
  );
  const longest = Math.max(partSizeBytes, Math.floor(rate * LONGEST_SINGLE_SECONDS));
  return {
    ...config,
    singleRequest: { ...singleRequest, maxSizeBytes: Math.min(singleRequest.maxSizeBytes, longest) },
    multipart: {
      ...multipart,
      preferredPartSizeBytes: multipart.preferredPartSizeBytes ?? partSizeBytes,
    },
  };
}
