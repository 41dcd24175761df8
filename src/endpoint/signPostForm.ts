import { ALGORITHM_IDENTIFIER, createScope } from '@smithy/signature-v4';
import type { SignedForm } from '../protocol/messages.ts';
import type { Store } from './Store.ts';
import type { SignatureTime } from './signatureTime.ts';

export interface PostFormInput {
  key: string;
  sizeBytes: number;
  /** Given, the file may have fewer bytes, down to so many. */
  minSizeBytes?: number;
  type: string;
  /** Which address of the bucket; the first, unless it says otherwise. */
  at?: URL;
  /** Further fields, such as `x-amz-meta-*`. */
  fields: Readonly<Record<string, string>>;
}

/**
 * A form that stores one object: this key, this type, so many bytes.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export async function signPostForm(
  store: Store,
  input: PostFormInput,
  time: SignatureTime,
): Promise<SignedForm> {
  const { accessKeyId, sessionToken } = await store.credentials();
  const longDate = `${time.date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const fixed = {
    key: input.key,
    'Content-Type': input.type,
    // The answer then has the ETag in its body, where the browser may read it without ExposeHeaders.
    success_action_status: '201',
    ...input.fields,
    'x-amz-algorithm': ALGORITHM_IDENTIFIER,
    'x-amz-credential': `${accessKeyId}/${createScope(longDate.slice(0, 8), store.region, 's3')}`,
    'x-amz-date': longDate,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  // By Node's own means where there are any: `btoa` takes longer than all the rest of a form.
  const policy = store.client.config.base64Encoder(
    JSON.stringify({
      expiration: new Date(time.date.getTime() + time.expiresInSeconds * 1000).toISOString(),
      conditions: [
        { bucket: store.bucket },
        ['content-length-range', input.minSizeBytes ?? input.sizeBytes, input.sizeBytes],
        ...Object.entries(fixed).map(([name, value]) => ({ [name]: value })),
      ],
    }),
  );
  const signature = await store.signer.sign(policy, { signingDate: time.date });
  return {
    method: 'post',
    url: (input.at ?? store.bucketUrl).href,
    fields: { ...fixed, policy, 'x-amz-signature': signature },
    expiresInSeconds: time.expiresInSeconds,
  };
}

/**
 * False for a value that would not arrive as it is. S3 replaces `${filename}` in a form's fields, and its policies write
 * a dollar sign in a way that is not JSON; Ceph trims a field's value.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html#sigv4-PolicyConditions
 */
export function fitsPostForm({ key, type, fields }: Pick<PostFormInput, 'key' | 'type' | 'fields'>): boolean {
  return [key, type, ...Object.values(fields)].every(
    (value) => !value.includes('$') && value === value.trim(),
  );
}
