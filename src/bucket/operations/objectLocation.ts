import { uriEncode } from '../http/percentEncoding.ts';
import type { S3Request } from '../http/S3Request.ts';

/** The address of an object, in the style (path or virtual host) the request came in. */
export function objectLocation(request: S3Request, key: string): string {
  const host = request.header('host') ?? 'localhost';
  const inHost = host.toLowerCase().startsWith(`${request.bucket}.`);
  return `http://${host}/${inHost ? '' : `${request.bucket}/`}${uriEncode(key, true)}`;
}
