/** Every code that the endpoint answers with, and the HTTP status that goes with it. */
export const ENDPOINT_ERROR_STATUS = {
  // about the request
  'bad-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'ticket-invalid': 403,
  'ticket-expired': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  'too-many-requests': 429,
  // about one file
  'file-too-large': 413,
  'file-too-small': 400,
  'type-not-allowed': 415,
  'name-not-allowed': 400,
  'metadata-not-allowed': 400,
  'file-refused': 403,
  'kind-unknown': 400,
  'quota-exceeded': 403,
  'key-taken': 409,
  // about one upload
  'upload-gone': 404,
  'parts-incomplete': 409,
  'part-refused': 409,
  'object-missing': 404,
  'object-mismatch': 409,
  // about the store behind the endpoint
  'store-refused': 502,
  'store-unavailable': 503,
  internal: 500,
} as const satisfies Record<string, number>;

export type EndpointErrorCode = keyof typeof ENDPOINT_ERROR_STATUS;

/** Own properties only: a code such as "constructor" is not one of ours. */
export function isEndpointErrorCode(value: unknown): value is EndpointErrorCode {
  return typeof value === 'string' && Object.hasOwn(ENDPOINT_ERROR_STATUS, value);
}
