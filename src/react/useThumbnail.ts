import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { previewTypeOf } from '../protocol/previewTypes.ts';
import { type StoredFile, StoredFiles } from '../widget/stored/StoredFiles.ts';
import { linkQueryKey } from './linkQueryKey.ts';
import { useSomeQueryClient } from './useSomeQueryClient.ts';

/**
 * What an `<img>` shows of a stored image: the file itself while the page has it, else a link to the object. Undefined for
 * other files, until there is a link, and where the endpoint gives none.
 *
 * @example
 * const thumbnail = useThumbnail(file);
 * return thumbnail && <img src={thumbnail} alt="" width="48" height="48" />;
 */
export function useThumbnail(file: StoredFile): string | undefined {
  const local = useObjectUrl(file.local);
  const isImage = previewTypeOf(file.type)?.startsWith('image/') === true;
  const { data } = useQuery(
    {
      queryKey: linkQueryKey(file, 'preview'),
      queryFn: () => StoredFiles.of(file.endpoint).links.get(file.receipt, 'preview'),
      enabled: isImage && file.local === undefined,
      // A picture that is shown stays; one that is shown anew needs a link that is good.
      staleTime: ({ state }) => (state.data ? state.data.expiresAtMs - state.dataUpdatedAt : 0),
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: false,
      networkMode: 'always',
    },
    useSomeQueryClient(),
  );
  return file.local ? local : data?.url;
}

function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return;
    const created = URL.createObjectURL(blob);
    setUrl(created);
    return () => URL.revokeObjectURL(created);
  }, [blob]);
  return url;
}
