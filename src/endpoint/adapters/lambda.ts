import { BucketDropError } from '../../protocol/BucketDropError.ts';
import type { UploadEndpoint } from '../createUploadEndpoint.ts';
import { MAX_BODY_BYTES } from '../readJson.ts';
import { nothingToAnswer } from './nothingToAnswer.ts';

/**
 * As much as is used of an event in payload format 2.0: of a function URL or an HTTP API.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface LambdaEvent {
  version: string;
  /** Of an HTTP API with the stage's name before it, unless that is `$default`. */
  rawPath: string;
  rawQueryString: string;
  cookies?: string[] | undefined;
  /** Lower-case names; several values of one joined with commas. */
  headers: Record<string, string | undefined>;
  requestContext: { domainName: string; http: { method: string } };
  body?: string | undefined;
  isBase64Encoded: boolean;
}
export interface LambdaResult {
  statusCode: number;
  headers: Record<string, string>;
  cookies?: string[];
  body: string;
}

/**
 * The endpoint as an AWS Lambda function behind a function URL or an API Gateway HTTP API (payload format 2.0).
 * Events of a REST API or a load balancer (format 1.0) are another thing, and are refused with an exception.
 *
 * @example
 * export const handler = toLambdaHandler(endpoint);
 */
export function toLambdaHandler(
  endpoint: Pick<UploadEndpoint, 'handle'>,
): (event: LambdaEvent) => Promise<LambdaResult> {
  return async (event) => {
    if (event.version !== '2.0') {
      throw new BucketDropError('endpoint-misconfigured', 'the event is not of payload format 2.0', {
        hint: 'Use a function URL, or an HTTP API with payload format version 2.0, not a REST API or a load balancer.',
      });
    }
    const request = toRequest(event);
    const response = request === null ? nothingToAnswer() : await endpoint.handle(request);
    const cookies = response.headers.getSetCookie();
    const headers = new Headers(response.headers);
    headers.delete('set-cookie');
    return {
      statusCode: response.status,
      headers: Object.fromEntries(headers),
      ...(cookies.length > 0 && { cookies }),
      body: await response.text(),
    };
  };
}

/** Null if it is none that could be answered. */
function toRequest(event: LambdaEvent): Request | null {
  const { rawPath, rawQueryString, cookies, requestContext } = event;
  try {
    const url = new URL(`https://${requestContext.domainName}`);
    // An HTTP API has decoded the path, so that it can hold anything.
    url.pathname = rawPath;
    url.search = rawQueryString;
    const headers = new Headers();
    for (const [name, value] of Object.entries(event.headers))
      if (value !== undefined) headers.set(name, value);
    // AWS takes cookies out of the headers.
    if (cookies !== undefined) headers.set('cookie', cookies.join('; '));
    const { method } = requestContext.http;
    const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(event, headers);
    return new Request(url, { method, headers, ...(body !== undefined && { body }) });
  } catch {
    return null;
  }
}

/** The body as it came; of one beyond the limit only the length, so that it is not taken apart to be refused. */
function bodyOf({ body, isBase64Encoded }: LambdaEvent, headers: Headers): BodyInit | undefined {
  if (body === undefined) return undefined;
  const leastBytes = isBase64Encoded ? Math.floor((body.length / 4) * 3) - 2 : body.length;
  if (leastBytes > MAX_BODY_BYTES) {
    headers.set('content-length', String(leastBytes));
    return '';
  }
  headers.delete('content-length');
  return isBase64Encoded ? Uint8Array.from(atob(body), (character) => character.charCodeAt(0)) : body;
}
