import { createHash, createHmac } from 'node:crypto';
import { Sha256 as PortableSha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, test } from 'vitest';
import { PUBLISHED, PUBLISHED_VECTORS } from '../bucket/testing/publishedVectors.ts';
import { presign } from './presign.ts';
import { Sha256 } from './Sha256.ts';
import { Store } from './Store.ts';
import { fitsPostForm, signPostForm } from './signPostForm.ts';
import { STORE_PROFILES } from './storeProfiles.ts';

/** The key pair and the bucket of Amazon's examples. */
const EXAMPLE = {
  bucket: 'examplebucket',
  region: 'us-east-1',
  endpoint: undefined,
  forcePathStyle: false,
  profile: STORE_PROFILES.aws,
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
};
const { accessKeyId, secretAccessKey } = EXAMPLE.credentials;
const path = { ...EXAMPLE, endpoint: 'http://127.0.0.1:9000', forcePathStyle: true };
const time = { date: new Date('2013-05-24T00:00:00Z'), expiresInSeconds: 86_400 };

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text, 'utf8').digest();
const signingKey = (day: string) =>
  ['us-east-1', 's3', 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, day));

describe("Amazon's published examples", () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html#query-string-auth-v4-signing-example
  test('a presigned GET', async () => {
    const signed = await new Store(EXAMPLE).signer.presign(
      new HttpRequest({
        method: 'GET',
        protocol: 'https:',
        hostname: 'examplebucket.s3.amazonaws.com',
        path: '/test.txt',
        headers: { host: 'examplebucket.s3.amazonaws.com' },
        // A body of unknown content: the example's payload is unsigned.
        body: {},
      }),
      { signingDate: time.date, expiresIn: time.expiresInSeconds },
    );
    expect(signed.query?.['X-Amz-Signature']).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html#example-signature-GET-object
  test('a GET of a range, signed in a header', async () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const { headers } = await new Store(EXAMPLE).signer.sign(
      new HttpRequest({
        method: 'GET',
        protocol: 'https:',
        hostname: 'examplebucket.s3.amazonaws.com',
        path: '/test.txt',
        headers: {
          host: 'examplebucket.s3.amazonaws.com',
          range: 'bytes=0-9',
          'x-amz-content-sha256': empty,
        },
      }),
      { signingDate: time.date },
    );
    expect(headers.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
    );
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-test-suite.html
  test.each(PUBLISHED_VECTORS)(
    'the test suite: $name',
    async ({ method, path, query, headers, body, signature }) => {
      const { region, service, host, time } = PUBLISHED;
      // As `Store` makes its own, which is for S3 alone.
      const signer = new SignatureV4({
        service,
        region,
        credentials: PUBLISHED,
        sha256: Sha256,
        uriEscapePath: false,
        applyChecksum: false,
      });
      const request = new HttpRequest({
        method,
        protocol: 'https:',
        hostname: host,
        path: path.split('/').map(encodeURIComponent).join('/'),
        query: Object.fromEntries(query),
        headers: { ...headers, host },
        body,
      });
      const [date, clock] = time.replace('Z', '').split('T') as [string, string];
      const iso = `${date.replace(/(....)(..)/, '$1-$2-')}T${clock.replace(/(..)(..)/, '$1:$2:')}Z`;
      const signed = await signer.sign(request, { signingDate: new Date(iso) });
      expect(signed.headers.authorization?.split('Signature=')[1]).toBe(signature);
    },
  );

  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
  test('a POST policy', async () => {
    const policy = [
      '{ "expiration": "2015-12-30T12:00:00.000Z",',
      '  "conditions": [',
      '    {"bucket": "sigv4examplebucket"},',
      '    ["starts-with", "$key", "user/user1/"],',
      '    {"acl": "public-read"},',
      '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
      '    ["starts-with", "$Content-Type", "image/"],',
      '    {"x-amz-meta-uuid": "14365123651274"},',
      '    {"x-amz-server-side-encryption": "AES256"},',
      '    ["starts-with", "$x-amz-meta-tag", ""],',
      '',
      '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
      '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
      '    {"x-amz-date": "20151229T000000Z" }',
      '  ]',
      '}',
    ].join('\r\n');
    const { signer } = new Store(EXAMPLE);
    expect(await signer.sign(btoa(policy), { signingDate: new Date('2015-12-29T00:00:00Z') })).toBe(
      '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
    );
  });
});

function signatureOf(canonical: string, date: string): string {
  const day = date.slice(0, 8);
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = `AWS4-HMAC-SHA256\n${date}\n${day}/us-east-1/s3/aws4_request\n${hash}`;
  return hmac(signingKey(day), text).toString('hex');
}

describe('presign', () => {
  test('signs method, key, query and every header, the length among them', async () => {
    const headers = { 'content-length': '5', 'content-type': 'image/png', 'x-amz-meta-a': 'b' };
    const url = new URL(
      await presign(
        new Store(path),
        { method: 'PUT', key: 'ä b/+.png', query: { uploadId: 'u=1' }, headers },
        time,
      ),
    );
    expect(url.origin).toBe('http://127.0.0.1:9000');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      uploadId: 'u=1',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
      'X-Amz-Credential': `${accessKeyId}/20130524/us-east-1/s3/aws4_request`,
      'X-Amz-Date': '20130524T000000Z',
      'X-Amz-Expires': '86400',
      'X-Amz-SignedHeaders': 'content-length;content-type;host;x-amz-meta-a',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const canonical = [
      'PUT',
      '/examplebucket/%C3%A4%20b/%2B.png',
      url.search.slice(1).replace(/&X-Amz-Signature=.*/, ''),
      'content-length:5',
      'content-type:image/png',
      'host:127.0.0.1:9000',
      'x-amz-meta-a:b',
      '',
      'content-length;content-type;host;x-amz-meta-a',
      'UNSIGNED-PAYLOAD',
    ].join('\n');
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(canonical, '20130524T000000Z'));
  });

  test.each([
    'plain.txt',
    "a b+c &='x'*~!(#)?%.txt",
    '日本語 🎉.png',
    'a..b',
    '...',
    '..;',
    '%2e%2e',
    '%2E%2E/%2F',
    ' both ends ',
    'back\\slash',
    '|^`{}<>"[]@:;,$',
    'a//b',
    'áá',
    '\u202Egpj.exe',
  ])('the key %j survives a browser reading the URL, byte for byte', async (key) => {
    const url = await presign(new Store(path), { method: 'PUT', key }, time);
    const read = new URL(url);
    expect(read.href).toBe(url);
    expect(decodeURIComponent(read.pathname)).toBe(`/examplebucket/${key}`);
    expect(read.hash).toBe('');
  });

  test.each([
    [{}, 'https://examplebucket.s3.us-east-1.amazonaws.com/k'],
    [{ region: 'eu-central-1' }, 'https://examplebucket.s3.eu-central-1.amazonaws.com/k'],
    [{ region: 'cn-north-1' }, 'https://examplebucket.s3.cn-north-1.amazonaws.com.cn/k'],
    [{ bucket: 'with.dots' }, 'https://s3.us-east-1.amazonaws.com/with.dots/k'],
    [{ endpoint: 'https://s3.example.com' }, 'https://examplebucket.s3.example.com/k'],
    [{ endpoint: 'https://s3.example.com/', forcePathStyle: true }, 'https://s3.example.com/examplebucket/k'],
    [{ endpoint: 'http://localhost:9000', forcePathStyle: true }, 'http://localhost:9000/examplebucket/k'],
    [{ endpoint: 'https://example.com/s3', forcePathStyle: true }, 'https://example.com/s3/examplebucket/k'],
  ])('%j is asked at %s', async (place, expected) => {
    const url = await presign(new Store({ ...EXAMPLE, ...place }), { method: 'GET', key: 'k' }, time);
    expect(url.replace(/\?.*/, '')).toBe(expected);
  });

  test('does not read an endpoint from the environment behind our back', async () => {
    process.env.AWS_ENDPOINT_URL_S3 = 'http://elsewhere.example';
    try {
      const { client } = new Store(EXAMPLE);
      expect((await client.config.endpoint?.())?.hostname).toBe('s3.us-east-1.amazonaws.com');
    } finally {
      delete process.env.AWS_ENDPOINT_URL_S3;
    }
  });
});

describe('signPostForm', () => {
  const input = { key: 'k/日本.png', sizeBytes: 7, type: 'image/png', fields: { 'x-amz-meta-a': 'b' } };

  test('every field but the signature stands in the policy, which is signed', async () => {
    const form = await signPostForm(new Store(path), input, time);
    const { policy = '', 'x-amz-signature': signature, ...fields } = form.fields;
    const { conditions, expiration } = JSON.parse(Buffer.from(policy, 'base64').toString('utf8'));
    expect(Object.assign({}, ...conditions.filter((one: unknown) => !Array.isArray(one)))).toEqual({
      bucket: 'examplebucket',
      ...fields,
    });
    expect(conditions.filter(Array.isArray)).toEqual([['content-length-range', 7, 7]]);
    expect(expiration).toBe('2013-05-25T00:00:00.000Z');
    expect(signature).toBe(hmac(signingKey('20130524'), policy).toString('hex'));
    expect(form.url).toBe('http://127.0.0.1:9000/examplebucket');
  });

  test.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
    ['${filename}', false],
    ['5$.txt', false],
    [' a', false],
    ['a ', false],
    ['a b', true],
    ['id/日本.png', true],
  ])('a form carries the key %j: %s', (key, fits) => {
    expect(fitsPostForm({ key, type: 'a/b', fields: {} })).toBe(fits);
  });
});

test.each([undefined, 'a secret', new Uint8Array([1, 2, 3]), new Uint8Array([9, 1, 2, 9]).subarray(1, 3)])(
  "Node's SHA-256 and the portable one agree, secret %j",
  async (secret) => {
    for (const SomeSha256 of [Sha256, PortableSha256]) {
      const hash = secret === undefined ? new SomeSha256() : new SomeSha256(secret);
      hash.update(new TextEncoder().encode('abc'));
      const expected = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
      expect(Buffer.from(await hash.digest()).toString('hex')).toBe(expected.update('abc').digest('hex'));
    }
    expect(Sha256).not.toBe(PortableSha256);
  },
);
