export { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
export type { EndpointErrorCode } from '../protocol/errorCodes.ts';
export { toNodeListener } from './adapters/node.ts';
export { createUploadEndpoint, type UploadEndpoint } from './createUploadEndpoint.ts';
export { fromEnv } from './fromEnv.ts';
export type { LinkPolicy, LinkRule } from './LinkPolicy.ts';
export type { Receipt } from './Receipt.ts';
export { STORE_PROFILES, type StoreProfile, type StoreProfileName } from './storeProfiles.ts';
export type {
  AnnouncedFile,
  Authorize,
  CorsOptions,
  EndpointUser,
  FinishedUpload,
  LogEntry,
  StoreCredentials,
  StoreOptions,
  UploadEndpointOptions,
  UploadPolicy,
} from './UploadEndpointOptions.ts';
