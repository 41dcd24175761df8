export { BucketDropError, isBucketDropError } from '../protocol/BucketDropError.ts';
export type { EndpointErrorCode } from '../protocol/errorCodes.ts';
export { type FastifyScope, toFastifyPlugin } from './adapters/fastify.ts';
export { type HonoContext, toHonoHandler } from './adapters/hono.ts';
export { type LambdaEvent, type LambdaResult, toLambdaHandler } from './adapters/lambda.ts';
export { toNextHandlers } from './adapters/next.ts';
export { toNodeListener } from './adapters/node.ts';
export type { Completions } from './Completions.ts';
export { createUploadEndpoint, type UploadEndpoint } from './createUploadEndpoint.ts';
export { fromEnv } from './fromEnv.ts';
export type { LinkPolicy, LinkRule } from './LinkPolicy.ts';
export type { Receipt } from './Receipt.ts';
export { STORE_PROFILES, type StoreProfile, type StoreProfileName } from './storeProfiles.ts';
export type {
  AnnouncedFile,
  Authorize,
  CorsOptions,
  Dialect,
  EndpointUser,
  FinishedUpload,
  LogEntry,
  NewUpload,
  RateQuestion,
  StoreCredentials,
  StoreOptions,
  UploadAdditions,
  UploadEndpointOptions,
  UploadPolicy,
} from './UploadEndpointOptions.ts';
export type { CannedAcl, ObjectEncryption, QuotaQuestion, UploadRules } from './UploadPolicy.ts';
