import { request as httpRequest } from 'node:http';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { codeOf, makeClient, presign } from './testing/makeClient.ts';
import { Bucket, provideBucket, refused } from './testing/provideBucket.ts';

const origin = 'https://app.example';
const test = provideBucket();

describe('buckets', () => {
  it('makes, finds, lists and deletes them', async () => {
    await test.s3.send(new CreateBucketCommand({ Bucket: 'second' }));
    const { Buckets } = await test.s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['demo', 'second']);
    expect((await test.s3.send(new HeadBucketCommand({ Bucket: 'second' }))).BucketRegion).toBe('us-east-1');
    expect(
      (await test.s3.send(new GetBucketLocationCommand({ Bucket: 'second' }))).LocationConstraint,
    ).toBeFalsy();
    await test.s3.send(new DeleteBucketCommand({ Bucket: 'second' }));
    await expect(test.s3.send(new HeadBucketCommand({ Bucket: 'second' }))).rejects.toMatchObject(
      refused('NotFound', 404),
    );
    await expect(
      test.s3.send(new PutObjectCommand({ Bucket: 'second', Key: 'x', Body: 'x' })),
    ).rejects.toMatchObject(refused('NoSuchBucket', 404));
  });

  it('answers under {bucket}.localhost too', async () => {
    const virtual = makeClient(test.bucket, {
      endpoint: `http://localhost:${test.bucket.port}`,
      forcePathStyle: false,
    });
    const url = new URL(await presign(virtual, new PutObjectCommand({ Bucket, Key: 'virtual host/ü' })));
    expect(url.host).toBe(`demo.localhost:${test.bucket.port}`);
    const status = await new Promise((resolve, reject) => {
      const sending = httpRequest(
        {
          host: '127.0.0.1',
          port: test.bucket.port,
          method: 'PUT',
          path: url.pathname + url.search,
          headers: { host: url.host, 'content-length': 2 },
        },
        (response) => resolve(response.resume().statusCode),
      );
      sending.on('error', reject).end('vh');
    });
    expect(status).toBe(200);
    expect((await test.readBack('virtual host/ü')).toString()).toBe('vh');
  });

  it('words its errors as S3 does', async () => {
    const answer = await fetch(`${test.bucket.url}/demo/a%20%26b`, { method: 'PUT', body: 'x' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toBe('application/xml');
    const id = answer.headers.get('x-amz-request-id');
    expect(await answer.text()).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message><Resource>/demo/a &amp;b</Resource><RequestId>${id}</RequestId><HostId>local</HostId></Error>`,
    );
  });

  it.each([
    ['GET', '/demo?acl', 501, 'NotImplemented'],
    ['PUT', '/demo?versioning', 501, 'NotImplemented'],
    ['PATCH', '/demo/a', 405, 'MethodNotAllowed'],
    ['POST', '/demo/a', 405, 'MethodNotAllowed'],
    ['GET', '/demo/%zz', 400, 'InvalidURI'],
    ['POST', '/demo', 412, 'PreconditionFailed'],
  ])('%s %s is a %i', async (method, path, status, code) => {
    const answer = await fetch(test.bucket.url + path, { method });
    expect([answer.status, codeOf(await answer.text())]).toEqual([status, code]);
  });
});

describe('CORS', () => {
  const CORSRules = [
    {
      AllowedOrigins: ['https://*.example'],
      AllowedMethods: ['PUT', 'POST'],
      AllowedHeaders: ['content-*'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 60,
    },
  ];
  const preflight = async (headers: Record<string, string>) =>
    fetch(await presign(test.s3, new PutObjectCommand({ Bucket, Key: 'cors' })), {
      method: 'OPTIONS',
      headers,
    });

  it('does exactly what it was told, and nothing before or after', async () => {
    const asked = {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type',
    };
    expect((await preflight(asked)).status).toBe(403);
    await expect(test.s3.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject(
      refused('NoSuchCORSConfiguration', 404),
    );
    await test.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect((await test.s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules);

    const allowed = await preflight(asked);
    expect([
      allowed.status,
      allowed.headers.get('access-control-allow-origin'),
      allowed.headers.get('access-control-max-age'),
    ]).toEqual([200, origin, '60']);
    for (const other of [
      { ...asked, origin: 'https://app.other' },
      { ...asked, 'access-control-request-method': 'DELETE' },
      { ...asked, 'access-control-request-headers': 'content-type,x-amz-meta-a' },
    ]) {
      const answer = await preflight(other);
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      expect(codeOf(await answer.text())).toBe('AccessForbidden');
    }
    await test.s3.send(new DeleteBucketCorsCommand({ Bucket }));
    expect((await preflight(asked)).status).toBe(403);
  });

  it('lets a page read errors, but not a page it does not know', async () => {
    await test.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const put = async (from: string, url: string) => {
      const answer = await fetch(url, { method: 'PUT', body: 'x', headers: { origin: from } });
      return [
        answer.status,
        answer.headers.get('access-control-allow-origin'),
        answer.headers.get('access-control-expose-headers'),
      ];
    };
    const good = await presign(test.s3, new PutObjectCommand({ Bucket, Key: 'cors' }));
    const expired = await presign(test.s3, new PutObjectCommand({ Bucket, Key: 'cors' }), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 120_000),
    });
    expect(await put(origin, good)).toEqual([200, origin, 'ETag']);
    expect(await put(origin, good.replace(/Signature=./, 'Signature=z'))).toEqual([403, origin, 'ETag']);
    expect(await put(origin, expired)).toEqual([403, origin, 'ETag']);
    expect(await put(origin, `${test.bucket.url}/demo/%zz`)).toEqual([400, null, null]);
    expect(await put('https://app.other', good)).toEqual([200, null, null]);
    await test.s3.send(new DeleteBucketCorsCommand({ Bucket }));
  });
});
