import * as v from 'valibot';
import { expiresInSeconds, headers, ticket } from './messages.ts';

/** `POST sign`: what an uploader needs that ends a multipart upload from the browser by itself, as @uppy/aws-s3 does. */
export const SignRequest = v.strictObject({
  ticket,
  operation: v.picklist(['list-parts', 'complete', 'abort']),
});
export type SignRequest = v.InferOutput<typeof SignRequest>;
export const SignAnswer = v.object({
  method: v.picklist(['GET', 'POST', 'DELETE']),
  url: v.string(),
  /** Signed: they must be sent as they are. */
  headers: v.optional(headers),
  expiresInSeconds,
});
export type SignAnswer = v.InferOutput<typeof SignAnswer>;
