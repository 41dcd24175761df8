import { MAX_PART_COUNT } from '../../protocol/limits.ts';
import { type ConfigAnswer, ConfigRequest } from '../../protocol/messages.ts';
import { getCall } from '../Call.ts';
import { findPolicy } from '../findPolicy.ts';
import { linksGiven } from '../LinkPolicy.ts';

/** `GET config`: what the browser has to know before the first file. Where the policy names kinds, of `?kind=avatar`. */
export const config = getCall(
  ConfigRequest,
  async ({ options, store }, { kind = null }): Promise<ConfigAnswer> => {
    const uploads = findPolicy(options, kind);
    const { parts, partsTold } = store.profile.checksums;
    return {
      protocol: 1,
      restrictions: {
        minFileSizeBytes: uploads.minFileSizeBytes,
        maxFileSizeBytes: uploads.maxFileSizeBytes,
        maxFileCount: uploads.maxFileCount,
        allowedTypes: uploads.allowedTypes?.map((rule) => rule.text) ?? null,
      },
      singleRequest: { method: store.profile.singleRequest, maxSizeBytes: uploads.singleRequestMaxBytes },
      multipart: {
        minPartSizeBytes: store.profile.minPartSizeBytes,
        maxPartSizeBytes: store.profile.maxPartSizeBytes,
        maxPartCount: MAX_PART_COUNT,
        preferredPartSizeBytes: uploads.partSizeBytes,
      },
      ...(store.bucketUrls.length > 1 && { hosts: store.bucketUrls.length }),
      checksums: { singleRequest: 'md5', parts, partsTold },
      links: linksGiven(options.links),
    };
  },
);
