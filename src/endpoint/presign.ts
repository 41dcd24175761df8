import { HttpRequest } from '@smithy/protocol-http';
import { getCanonicalQuery } from '@smithy/signature-v4';
import type { Store } from './Store.ts';
import type { SignatureTime } from './signatureTime.ts';

export interface PresignInput {
  method: 'PUT' | 'GET' | 'HEAD' | 'POST' | 'DELETE';
  key: string;
  query?: Readonly<Record<string, string>>;
  /** Which address of the bucket; the first, unless it says otherwise. */
  at?: URL;
  /** All of them are signed and must be sent exactly so; lower-case names. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * A URL that does one thing to one object: query authentication of AWS Signature Version 4, the payload unsigned.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export async function presign(
  store: Pick<Store, 'bucketUrl' | 'objectPath' | 'signer'>,
  input: PresignInput,
  time: SignatureTime,
): Promise<string> {
  const { at = store.bucketUrl } = input;
  const { protocol, host, hostname, port } = at;
  const headers = input.headers ?? {};
  const names = new Set(Object.keys(headers));
  const path = store.objectPath(input.key, at);
  const request = new HttpRequest({
    method: input.method,
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path,
    query: { ...input.query },
    // Without the payload's header the signer would take the hash of an empty body for the payload's.
    headers: { host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD', ...headers },
  });
  const signed = await store.signer.presign(request, {
    signingDate: time.date,
    expiresIn: time.expiresInSeconds,
    // Left to itself the signer moves x-amz-* into the query, where S3 ignores checksums and metadata of a PUT.
    unhoistableHeaders: names,
    signableHeaders: names,
  });
  const query = signed.query ?? {};
  return `${protocol}//${host}${path}?${getCanonicalQuery({ ...signed, query })}&X-Amz-Signature=${query['X-Amz-Signature']}`;
}
