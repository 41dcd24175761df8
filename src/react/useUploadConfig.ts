import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
import type { ConfigAnswer } from '../protocol/messages.ts';
import type { EndpointOptions } from '../transfer/EndpointClient.ts';
import { fetchConfig } from '../transfer/fetchConfig.ts';
import { useSomeQueryClient } from './useSomeQueryClient.ts';

const FRESH_MS = 5 * 60_000;
const WORTH_ANOTHER_TRY = new Set([
  'endpoint-unreachable',
  'internal',
  'store-unavailable',
  'too-many-requests',
]);

/**
 * What the endpoint accepts (sizes, types, number of files), from the cache of TanStack Query: the app's own where
 * there is a QueryClientProvider. Asked again after five minutes and when the browser is back online.
 *
 * @example
 * const { data } = useUploadConfig({ endpoint: '/api/uploads' });
 * return <p>At most {data?.restrictions.maxFileCount} files</p>;
 */
export function useUploadConfig(options: EndpointOptions): UseQueryResult<ConfigAnswer, BucketDropError> {
  const { endpoint, kind, headers, credentials, dialect } = options;
  const client = useSomeQueryClient();
  const query = useQuery<ConfigAnswer, BucketDropError>(
    {
      queryKey: [
        'bucketdrop',
        'config',
        endpoint,
        kind ?? null,
        dialect ?? null,
        credentials ?? null,
        headerNames(headers),
      ],
      // Without the signal: StrictMode's second mount would cancel the question and ask again.
      queryFn: () => fetchConfig({ endpoint, kind, headers, credentials, dialect }),
      staleTime: FRESH_MS,
      // Offline, an answer "cannot be reached" is better than none; it is asked again when the line is back.
      networkMode: 'always',
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 1 && isBucketDropError(error) && WORTH_ANOTHER_TRY.has(error.code),
      retryDelay: 500,
    },
    client,
  );
  useAskAgain(headers, query.refetch);
  return query;
}

/** Other values of the headers: somebody has signed in or out. */
function useAskAgain(headers: EndpointOptions['headers'], refetch: () => unknown): void {
  const values = typeof headers === 'function' ? '' : JSON.stringify(headers ?? {});
  const asked = useRef(values);
  useEffect(() => {
    if (asked.current === values) return;
    asked.current = values;
    void refetch();
  }, [values, refetch]);
}

/** Their values are secrets and stay out of the cache's keys. */
function headerNames(headers: EndpointOptions['headers']): string[] | null {
  return headers && typeof headers !== 'function' ? Object.keys(headers).sort() : null;
}
