import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { HttpRequest, type HttpResponse } from '@smithy/protocol-http';
import { isUploadGone } from './isUploadGone.ts';
import type { Store } from './Store.ts';

/** With lower-case names. */
export type ObjectFacts = Readonly<Record<string, string>>;
type Answer = { response: HttpResponse };

/** Of a body that is empty. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * What the bucket says of an object, as the headers of its answer; null if there is none.
 *
 * The store is asked so of every small file, and the SDK's middleware takes ten times the CPU of signing and sending. So
 * this goes around it, through the SDK's own connections. An answer that is not plain becomes the first of the SDK's
 * attempts: what is tried again, when, by which clock, and what the error is, all that stays with the SDK.
 *
 * @param withChecksum needs `kms:Decrypt` for objects with a key of their own
 */
export async function headObject(
  store: Store,
  key: string,
  { withChecksum }: { withChecksum: boolean },
): Promise<ObjectFacts | null> {
  const request = await signHead(store, key, withChecksum);
  const first = send(store, request);
  const response = (await first.catch(() => undefined))?.response;
  const isPlain = response?.statusCode === 200 || response?.statusCode === 404;
  if (!isPlain) return askBySdk(store, key, withChecksum, first);
  // Empty, and the connection is free for the next request once it was read.
  await store.client.config.streamCollector(response.body);
  return response.statusCode === 200 ? response.headers : null;
}

async function signHead(store: Store, key: string, withChecksum: boolean): Promise<HttpRequest> {
  const { signer, clock, ownUrl } = store;
  const { protocol, hostname, host, port } = ownUrl;
  const request = new HttpRequest({
    method: 'HEAD',
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path: store.objectPath(key, ownUrl),
    headers: {
      host,
      'user-agent': 'bucketdrop',
      'x-amz-content-sha256': EMPTY_SHA256,
      ...(withChecksum && { 'x-amz-checksum-mode': 'ENABLED' }),
    },
  });
  const signed = await signer.sign(request, { signingDate: new Date(clock.correct(Date.now())) });
  return HttpRequest.clone(signed);
}

async function send({ client, clock }: Store, request: HttpRequest): Promise<Answer> {
  const askedAtMs = Date.now();
  const answer = await client.config.requestHandler.handle(request);
  clock.learn(answer.response.headers.date, askedAtMs, Date.now());
  // The SDK would have learned it from this answer.
  client.config.systemClockOffset = clock.correct(0);
  return answer;
}

/** @param first what the first attempt came to */
async function askBySdk(
  { client, bucket: Bucket }: Store,
  Key: string,
  withChecksum: boolean,
  first: Promise<Answer>,
): Promise<ObjectFacts | null> {
  const command = new HeadObjectCommand({ Bucket, Key, ...(withChecksum && { ChecksumMode: 'ENABLED' }) });
  let headers: ObjectFacts = {};
  let attempt: Promise<Answer> | undefined = first;
  command.middlewareStack.add(
    (next) => async (args) => {
      const known = attempt;
      attempt = undefined;
      const answer = await (known ?? next(args));
      headers = (answer.response as HttpResponse).headers;
      return answer;
    },
    // The closest to the wire.
    { step: 'deserialize', priority: 'low', name: 'firstAttempt' },
  );
  try {
    await client.send(command);
    return headers;
  } catch (error) {
    if (isUploadGone(error)) return null;
    throw error;
  }
}
