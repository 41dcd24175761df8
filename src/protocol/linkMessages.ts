import * as v from 'valibot';
import { MAX_FILES_PER_CALL, MAX_URL_LIFE_SECONDS } from './limits.ts';
import { failed } from './messages.ts';

const linkAction = v.picklist(['download', 'preview', 'delete']);
/** `download` saves the object as a file, `preview` shows it in the browser, `delete` removes it. */
export type LinkAction = v.InferOutput<typeof linkAction>;

/** `POST links` */
export const LinksRequest = v.strictObject({
  links: v.pipe(
    v.array(
      v.strictObject({
        /** Of a stored object, as `complete` answered it. */
        receipt: v.pipe(v.string(), v.minLength(1), v.maxLength(8192)),
        action: linkAction,
        /** Less than what the endpoint allows, for a link that shall end sooner. */
        expiresInSeconds: v.optional(
          v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_URL_LIFE_SECONDS)),
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(MAX_FILES_PER_CALL),
  ),
});
export type LinksRequest = v.InferOutput<typeof LinksRequest>;

/** One entry per link asked for, in the same order. */
export const LinksAnswer = v.object({
  links: v.array(
    v.union([
      v.object({
        ok: v.literal(true),
        /** The one request that the link is good for; it takes no headers of its own. */
        method: v.picklist(['GET', 'DELETE']),
        url: v.string(),
        /** From the answer on: from then on the bucket refuses the link. */
        expiresInSeconds: v.pipe(v.number(), v.minValue(0)),
      }),
      failed,
    ]),
  ),
});
export type LinksAnswer = v.InferOutput<typeof LinksAnswer>;
