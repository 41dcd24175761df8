import { QueryClient, QueryClientContext } from '@tanstack/react-query';
import { useContext } from 'react';

/** For apps without a QueryClient of their own. Made when first needed, and kept: the cache is what it is for. */
let ownClient: QueryClient | undefined;

/** The app's QueryClient where there is a provider, else one that all of our hooks share. */
export function useSomeQueryClient(): QueryClient {
  const client = useContext(QueryClientContext);
  ownClient ??= new QueryClient();
  return client ?? ownClient;
}
