import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { makeRequest, refusalOf } from '../testing/makeRequest.ts';
import { authenticate } from './authenticate.ts';
import type { Identity } from './Credentials.ts';

// The examples S3's documentation publishes for testing an implementation:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
const identity: Identity = {
  region: 'us-east-1',
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
};
const now = Date.parse('2013-05-24T00:00:00Z');
const host = 'examplebucket.s3.amazonaws.com';
const credential = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const date = '20130524T000000Z';

interface Published {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly signed: string;
  readonly signature: string;
}

const published: Published[] = [
  {
    name: 'GET with a range',
    method: 'GET',
    url: '/test.txt',
    headers: { range: 'bytes=0-9', 'x-amz-content-sha256': emptyHash },
    signed: 'host;range;x-amz-content-sha256;x-amz-date',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT of a key with a $',
    method: 'PUT',
    url: '/test%24file.text',
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    },
    signed: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET of a subresource',
    method: 'GET',
    url: '/?lifecycle',
    headers: { 'x-amz-content-sha256': emptyHash },
    signed: 'host;x-amz-content-sha256;x-amz-date',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'GET of a listing',
    method: 'GET',
    url: '/?max-keys=2&prefix=J',
    headers: { 'x-amz-content-sha256': emptyHash },
    signed: 'host;x-amz-content-sha256;x-amz-date',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
];

function signedGet(changes: Record<string, string> = {}, url = '/test.txt', at = now) {
  const [example] = published;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${example?.signed}, Signature=${example?.signature}`;
  return makeRequest(
    'GET',
    url,
    { host, 'x-amz-date': date, authorization, ...example?.headers, ...changes },
    at,
  );
}

describe('a signature in the Authorization header', () => {
  it.each(published)(
    'is right for the published example: $name',
    ({ method, url, headers, signed, signature }) => {
      const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signed},Signature=${signature}`;
      const request = makeRequest(method, url, { host, 'x-amz-date': date, authorization, ...headers }, now);
      expect(authenticate(request, identity).claim.signature).toBe(signature);
    },
  );

  it.each([
    ['another path', {}, '/other.txt', 'SignatureDoesNotMatch'],
    ['another query', {}, '/test.txt?x=1', 'SignatureDoesNotMatch'],
    ['another value of a signed header', { range: 'bytes=0-10' }, '/test.txt', 'SignatureDoesNotMatch'],
    [
      'another payload hash',
      { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      '/test.txt',
      'SignatureDoesNotMatch',
    ],
    [
      'an x-amz header that is not signed',
      { 'x-amz-meta-a': '1' },
      '/test.txt',
      'AccessDenied: There were headers present in the request which were not signed',
    ],
    ['no authorization', { authorization: 'AWS x:y' }, '/test.txt', 'InvalidRequest'],
    [
      'another scheme',
      { authorization: 'Bearer x' },
      '/test.txt',
      'InvalidArgument: Unsupported Authorization Type',
    ],
    [
      'half an authorization',
      { authorization: 'AWS4-HMAC-SHA256 Credential=x' },
      '/test.txt',
      'AuthorizationHeaderMalformed',
    ],
    [
      'a malformed payload hash',
      { 'x-amz-content-sha256': 'abc' },
      '/test.txt',
      'InvalidArgument: x-amz-content-sha256',
    ],
    [
      'two ways of signing at once',
      {},
      '/test.txt?X-Amz-Signature=1',
      'InvalidArgument: Only one auth mechanism',
    ],
    ['a token nobody issued', { 'x-amz-security-token': 't' }, '/test.txt', 'InvalidToken'],
  ])('refuses %s', async (_name, changes, url, refusal) => {
    expect(await refusalOf(() => authenticate(signedGet(changes, url), identity))).toContain(refusal);
  });

  it('refuses a signed header that was not sent', async () => {
    const request = signedGet();
    const headers = new Map([...request.headers].filter(([name]) => name !== 'range'));
    const without = Object.assign(Object.create(request), request, { headers });
    expect(await refusalOf(() => authenticate(without, identity))).toContain('SignatureDoesNotMatch');
  });

  it.each([
    [
      'region',
      'eu-west-1/s3/aws4_request',
      "AuthorizationHeaderMalformed: The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
    ],
    [
      'service',
      'us-east-1/iam/aws4_request',
      'AuthorizationHeaderMalformed: The authorization header is malformed; incorrect service "iam"',
    ],
    ['end', 'us-east-1/s3/aws5_request', 'AuthorizationHeaderMalformed'],
  ])('refuses a scope with another %s', async (_name, scope, refusal) => {
    const authorization = signedGet()
      .header('authorization')
      ?.replace('us-east-1/s3/aws4_request', scope) as string;
    expect(await refusalOf(() => authenticate(signedGet({ authorization }), identity))).toContain(refusal);
  });

  it('refuses an access key it does not know', async () => {
    const authorization = signedGet()
      .header('authorization')
      ?.replace('AKIAIOSFODNN7EXAMPLE', 'AKIANOBODY') as string;
    expect(await refusalOf(() => authenticate(signedGet({ authorization }), identity))).toContain(
      'InvalidAccessKeyId',
    );
  });

  it('allows clocks 15 minutes apart and no more', async () => {
    const minutes = 60_000;
    const at = (time: number) => refusalOf(() => authenticate(signedGet({}, '/test.txt', time), identity));
    expect(await at(now + 15 * minutes)).toBe('nothing was refused');
    expect(await at(now - 15 * minutes)).toBe('nothing was refused');
    expect(await at(now + 16 * minutes)).toContain('RequestTimeTooSkewed');
    expect(await at(now - 16 * minutes)).toContain('RequestTimeTooSkewed');
  });

  it('never tells the secret', async () => {
    try {
      authenticate(signedGet({}, '/other.txt'), identity);
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify([error, (error as Error).message])).not.toContain(
        identity.credentials.secretAccessKey,
      );
    }
  });
});

describe('a presigned URL', () => {
  const url = (changes: Record<string, string | undefined> = {}) => {
    const query = {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': credential,
      'X-Amz-Date': date,
      'X-Amz-Expires': '86400',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
      ...changes,
    };
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined) as [string, string][];
    return `/test.txt?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
  };
  const refused = (changes: Record<string, string | undefined>, at = now, headers = {}) =>
    refusalOf(() => authenticate(makeRequest('GET', url(changes), { host, ...headers }, at), identity));

  it('is right for the published example, until it expires', async () => {
    const day = 86_400_000;
    expect(await refused({})).toBe('nothing was refused');
    expect(await refused({}, now + day)).toBe('nothing was refused');
    expect(await refused({}, now + day + 1)).toBe('AccessDenied: Request has expired');
    expect(await refused({}, now - 16 * 60_000)).toBe('AccessDenied: Request is not valid yet');
  });

  it.each([
    [
      { 'X-Amz-Signature': undefined },
      'AuthorizationQueryParametersError: Query-string authentication version 4 requires',
    ],
    [
      { 'X-Amz-Expires': undefined },
      'AuthorizationQueryParametersError: Query-string authentication version 4 requires',
    ],
    [
      { 'X-Amz-Expires': '604801' },
      'AuthorizationQueryParametersError: X-Amz-Expires must be less than a week',
    ],
    [{ 'X-Amz-Expires': '-1' }, 'AuthorizationQueryParametersError: X-Amz-Expires must be non-negative'],
    [{ 'X-Amz-Expires': 'soon' }, 'AuthorizationQueryParametersError: X-Amz-Expires should be a number'],
    [{ 'X-Amz-Expires': '86401' }, 'SignatureDoesNotMatch'],
    [{ 'X-Amz-Date': 'today' }, 'AuthorizationQueryParametersError: X-Amz-Date must be'],
    [
      { 'X-Amz-Date': '20130523T235959Z' },
      'AuthorizationQueryParametersError: Error parsing the X-Amz-Credential parameter; Invalid credential date',
    ],
    [
      { 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' },
      'AuthorizationQueryParametersError: X-Amz-Algorithm only supports',
    ],
    [
      { 'X-Amz-Credential': 'nonsense' },
      'AuthorizationQueryParametersError: Error parsing the X-Amz-Credential parameter; the Credential is mal-formed',
    ],
    [
      { 'X-Amz-Credential': credential.replace('us-east-1', 'eu-central-1') },
      "the region 'eu-central-1' is wrong; expecting 'us-east-1'",
    ],
    [{ 'x-amz-acl': 'public-read' }, 'SignatureDoesNotMatch'],
    [{ 'X-Amz-SignedHeaders': 'range' }, 'SignatureDoesNotMatch'],
  ])('is refused with %o', async (changes, refusal) => {
    expect(await refused(changes)).toContain(refusal);
  });

  it('takes no x-amz header that it does not sign', async () => {
    expect(await refused({}, now, { 'x-amz-meta-a': '1' })).toContain('which were not signed');
    expect(await refused({}, now, { 'content-type': 'text/plain' })).toBe('nothing was refused');
  });
});

describe('against another implementation', () => {
  it('agrees on keys and queries of all kinds', async () => {
    const signer = new SignatureV4({
      service: 's3',
      region: identity.region,
      credentials: identity.credentials,
      sha256: Sha256,
      uriEscapePath: false,
      applyChecksum: false,
    });
    for (const key of ['a b+c', "ü(1)&='x'*~!.txt", '日本/😀', 'a//b/../c', '100%25', '#?;:@$,']) {
      const path = `/${key
        .split('/')
        .map((part) =>
          encodeURIComponent(part).replace(
            /[!'()*]/g,
            (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
          ),
        )
        .join('/')}`;
      const signed = await signer.presign(
        new HttpRequest({
          method: 'PUT',
          hostname: host,
          path,
          headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'x-amz-meta-name': '  two   words ' },
          query: { 'response-content-type': 'a/b c+d', list: ['2', '1'] },
        }),
        { signingDate: new Date(now), expiresIn: 60, unhoistableHeaders: new Set(['x-amz-meta-name']) },
      );
      const query = Object.entries(signed.query ?? {})
        .flatMap(([name, value]) =>
          [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
        )
        .join('&');
      const request = makeRequest(
        'PUT',
        `${path}?${query}`,
        { host, 'x-amz-meta-name': '  two   words ' },
        now,
      );
      expect(await refusalOf(() => authenticate(request, identity)), key).toBe('nothing was refused');
    }
  });
});
