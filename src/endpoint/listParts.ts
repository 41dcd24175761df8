import { ListPartsCommand } from '@aws-sdk/client-s3';
import type { UploadedPart } from '../protocol/messages.ts';
import { readCrc } from './checksums.ts';
import type { Store } from './Store.ts';
import type { MultipartTicket } from './Ticket.ts';
import { unquote } from './unquote.ts';

/**
 * Every part that the bucket holds of an upload, all pages. By `IsTruncated` alone: the SDK's paginator goes by the
 * marker for the next page, which stores also send with the last one, and then begins again for ever.
 */
export async function listParts(
  store: Store,
  { key, uploadId, checksum: algorithm }: Pick<MultipartTicket, 'key' | 'uploadId' | 'checksum'>,
): Promise<UploadedPart[]> {
  const parts: UploadedPart[] = [];
  let marker: string | undefined;
  for (;;) {
    const page = await store.client.send(
      new ListPartsCommand({
        Bucket: store.bucket,
        Key: key,
        UploadId: uploadId,
        PartNumberMarker: marker,
      }),
    );
    for (const { PartNumber: partNumber, ETag: etag, Size: sizeBytes, ...rest } of page.Parts ?? []) {
      if (partNumber === undefined || etag === undefined || sizeBytes === undefined) continue;
      const checksum = readCrc(algorithm, rest);
      parts.push({
        partNumber,
        etag: unquote(etag),
        sizeBytes,
        ...(checksum === undefined ? {} : { checksum }),
      });
    }
    const next = page.NextPartNumberMarker;
    if (page.IsTruncated !== true || next === undefined || Number(next) <= Number(marker ?? 0)) return parts;
    marker = next;
  }
}
