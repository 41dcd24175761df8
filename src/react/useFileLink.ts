import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { BucketDropError } from '../protocol/BucketDropError.ts';
import type { StoredLink } from '../transfer/LinkClient.ts';
import { copyText } from '../widget/stored/copyText.ts';
import { secondsLeft, watchCountdown } from '../widget/stored/countdown.ts';
import { type StoredFile, StoredFiles } from '../widget/stored/StoredFiles.ts';
import { linkQueryKey } from './linkQueryKey.ts';
import { useSomeQueryClient } from './useSomeQueryClient.ts';

export interface FileLink {
  /** `none`: not asked for yet. `expired`: the bucket refuses it from now on; `renew` or `copy` get a new one. */
  status: 'none' | 'loading' | 'valid' | 'expired' | 'failed';
  /** While it is valid. */
  url: string | undefined;
  /** Counts down while it is valid, then 0. */
  secondsLeft: number;
  error: BucketDropError | null;
  /** Fetches a new link and gives its address. @throws BucketDropError */
  renew: () => Promise<string>;
  /**
   * Fetches a new link and puts it on the clipboard; call it from a click. False where the browser does not allow that:
   * show `url` instead. What else went wrong stands in `error`.
   */
  copy: () => Promise<boolean>;
}

/**
 * A link that downloads a stored file, good for as long as the endpoint says, with its countdown. Nothing is fetched until
 * `renew` or `copy` is called.
 *
 * @example
 * function CopyLink({ file }: { file: StoredFile }) {
 *   const link = useFileLink(file);
 *   return (
 *     <>
 *       <button onClick={() => link.copy()}>{link.status === 'expired' ? 'Copy new link' : 'Copy link'}</button>
 *       {link.status === 'valid' && `valid for ${link.secondsLeft} s`}
 *       {link.status === 'expired' && 'The link has run out.'}
 *     </>
 *   );
 * }
 */
export function useFileLink(file: StoredFile): FileLink {
  const query = useQuery<StoredLink, BucketDropError>(
    {
      queryKey: linkQueryKey(file, 'download'),
      queryFn: () => StoredFiles.of(file.endpoint).links.get(file.receipt, 'download'),
      enabled: false,
      retry: false,
      networkMode: 'always',
    },
    useSomeQueryClient(),
  );
  const seconds = useSecondsLeft(query.data?.expiresAtMs);
  const renew = async () => {
    // A question that is under way would be answered with a link that is older than this wish.
    const { data, error } = await query.refetch({ cancelRefetch: true });
    if (error || !data) throw error ?? new TypeError('there is no link');
    return data.url;
  };
  const isValid = query.data !== undefined && seconds > 0;
  return {
    status: query.isFetching
      ? 'loading'
      : query.error
        ? 'failed'
        : query.data === undefined
          ? 'none'
          : isValid
            ? 'valid'
            : 'expired',
    url: isValid ? query.data.url : undefined,
    secondsLeft: seconds,
    error: query.error,
    renew,
    copy: () => copyText(renew()).catch(() => false),
  };
}

/** Renders again whenever a second is over, until there is none left. */
function useSecondsLeft(expiresAtMs: number | undefined): number {
  const [, setSeconds] = useState(0);
  useEffect(
    () => (expiresAtMs === undefined ? undefined : watchCountdown(expiresAtMs, setSeconds)),
    [expiresAtMs],
  );
  return expiresAtMs === undefined ? 0 : secondsLeft(expiresAtMs);
}
