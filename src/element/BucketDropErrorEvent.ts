import type { WidgetError } from '../widget/WidgetError.ts';
import type { WidgetFile } from '../widget/WidgetOptions.ts';

/** `bucketdrop-error`: a file was refused or failed, or (without a file) the endpoint cannot be used. */
export type BucketDropErrorEvent = CustomEvent<{ error: WidgetError; file: WidgetFile | undefined }>;

declare global {
  interface HTMLElementEventMap {
    'bucketdrop-error': BucketDropErrorEvent;
  }
}
