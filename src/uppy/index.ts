export type { ConfigAnswer, StoredObject } from '../protocol/messages.ts';
export type { TransferErrorCode } from '../transfer/TransferErrorCode.ts';
export { DirectUpload } from './DirectUpload.ts';
export type { DirectUploadOptions } from './DirectUploadOptions.ts';
export { type DirectUploadStrings, locale } from './locale.ts';
export { UploadFailure } from './UploadFailure.ts';
