import type { LinkAction } from '../protocol/linkMessages.ts';
import type { StoredFile } from '../widget/stored/StoredFiles.ts';

/** Of a link in the cache. The receipt is a proof and stays out of it. */
export function linkQueryKey({ endpoint, key, etag }: StoredFile, action: LinkAction): readonly string[] {
  return ['bucketdrop', 'link', endpoint, key, etag, action];
}
