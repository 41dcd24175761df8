export type { BucketDropError } from '../protocol/BucketDropError.ts';
export type { ConfigAnswer, StoredObject } from '../protocol/messages.ts';
export type { TransferErrorCode } from '../transfer/TransferErrorCode.ts';
export type { WidgetRestrictions } from '../widget/mergeRestrictions.ts';
export type { WidgetError } from '../widget/WidgetError.ts';
export type { LocalePack } from '../widget/WidgetLocale.ts';
export type { CompleteResult, UploadedFile, WidgetFile } from '../widget/WidgetOptions.ts';
export { BucketDrop, type BucketDropHandle, type BucketDropProps } from './BucketDrop.tsx';
export { useUploadConfig } from './useUploadConfig.ts';
