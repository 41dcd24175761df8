import type { Answer } from '../http/Answer.ts';
import { S3Error } from '../S3Error.ts';
import type { CorsRule } from './CorsRule.ts';
import { matchCors } from './matchCors.ts';

/** What a browser's OPTIONS says, header by header. */
export interface Preflight {
  readonly origin: string | undefined;
  readonly method: string | undefined;
  readonly headers: string | undefined;
  readonly resource: 'OBJECT' | 'BUCKET';
}

/**
 * Answers a preflight by the bucket's rules.
 * @throws S3Error BadRequest for a question that is none, AccessForbidden when no rule allows it.
 */
export function answerPreflight(rules: readonly CorsRule[] | undefined, preflight: Preflight): Answer {
  const { origin, method, resource } = preflight;
  if (origin === undefined) {
    throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  }
  if (method === undefined) {
    throw new S3Error('BadRequest', 'Invalid Access-Control-Request-Method: null');
  }
  const details = { Method: method, ResourceType: resource };
  if (rules === undefined) {
    throw new S3Error('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.', details);
  }
  const headers = (preflight.headers ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const allowed = matchCors(rules, { origin, method, headers });
  if (allowed === undefined) {
    throw new S3Error(
      'AccessForbidden',
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      details,
    );
  }
  return { status: 200, headers: { ...allowed, 'content-length': 0 } };
}
