import type { StoredObject } from '../protocol/messages.ts';
import type { WidgetFile } from '../widget/WidgetOptions.ts';

/** `bucketdrop-uploaded`: one file is stored. */
export type BucketDropUploadedEvent = CustomEvent<{ file: WidgetFile; object: StoredObject }>;

declare global {
  interface HTMLElementEventMap {
    'bucketdrop-uploaded': BucketDropUploadedEvent;
  }
}
