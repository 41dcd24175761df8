import { MAX_PART_COUNT, MAX_PART_SIZE_BYTES, MIB, MIN_PART_SIZE_BYTES } from '../../protocol/limits.ts';
import type { ConfigAnswer } from '../../protocol/messages.ts';

/** What stands in for an endpoint's config: Companion says nothing of what it accepts, so these are S3's own limits. */
export const companionConfig: ConfigAnswer = {
  protocol: 1,
  restrictions: { minFileSizeBytes: null, maxFileSizeBytes: null, maxFileCount: null, allowedTypes: null },
  singleRequest: { method: 'post', maxSizeBytes: 16 * MIB },
  multipart: {
    minPartSizeBytes: MIN_PART_SIZE_BYTES,
    maxPartSizeBytes: MAX_PART_SIZE_BYTES,
    maxPartCount: MAX_PART_COUNT,
    preferredPartSizeBytes: null,
  },
};
