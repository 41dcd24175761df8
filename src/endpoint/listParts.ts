import { ListPartsCommand } from '@aws-sdk/client-s3';
import type { UploadedPart } from '../protocol/messages.ts';
import { readCrc } from './checksums.ts';
import { EndpointError } from './EndpointError.ts';
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
    // A page of the network in the store's place, or nothing at all: that no part is there, it does not say.
    if (page.Parts === undefined && page.IsTruncated === undefined) {
      throw new EndpointError('store-unavailable', 'what the store answered is no list of parts');
    }
    for (const { PartNumber: partNumber, ETag: etag, Size: sizeBytes, ...rest } of page.Parts ?? []) {
      // What cannot be understood is sent again.
      if (!isCount(partNumber) || etag === undefined || !isCount(sizeBytes)) continue;
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

const isCount = (value: number | undefined): value is number => Number.isInteger(value) && Number(value) >= 0;
