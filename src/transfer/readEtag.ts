import type { BucketAnswer } from './sendRequest.ts';

/**
 * The ETag that the bucket gave, without its quotes: from the header, if the CORS rules expose it, else from the XML
 * that a form's 201 brings (Ceph has it only there).
 */
export function readEtag(answer: BucketAnswer): string | undefined {
  const etag = answer.header('etag') ?? /<ETag>([^<]+)<\/ETag>/.exec(answer.body)?.[1];
  const bare = etag?.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replace(/^"|"$/g, '').trim();
  return bare || undefined;
}
