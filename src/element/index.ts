export type { StoredObject } from '../protocol/messages.ts';
export type { WidgetError } from '../widget/WidgetError.ts';
export type { BucketDropCompleteEvent } from './BucketDropCompleteEvent.ts';
export { BucketDropElement } from './BucketDropElement.ts';
export type { BucketDropErrorEvent } from './BucketDropErrorEvent.ts';
export type { BucketDropUploadedEvent } from './BucketDropUploadedEvent.ts';
export { defineBucketDrop } from './defineBucketDrop.ts';
