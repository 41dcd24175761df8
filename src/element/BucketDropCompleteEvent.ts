import type { CompleteResult } from '../widget/WidgetOptions.ts';

/** `bucketdrop-complete`: every file of a batch is stored or has failed. */
export type BucketDropCompleteEvent = CustomEvent<CompleteResult>;

declare global {
  interface HTMLElementEventMap {
    'bucketdrop-complete': BucketDropCompleteEvent;
  }
}
