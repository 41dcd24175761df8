import { createHash } from 'node:crypto';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { describe, expect, it } from 'vitest';
import { digestOf } from './checksum/createDigest.ts';
import { codeOf } from './testing/makeClient.ts';
import { Bucket, md5, provideBucket } from './testing/provideBucket.ts';

const test = provideBucket();

describe('upload forms', () => {
  const post = async (
    options: Omit<PresignedPostOptions, 'Bucket'>,
    data: BlobPart,
    change: Record<string, string> = {},
    fileName = 'fn.txt',
  ) => {
    const { url, fields } = await createPresignedPost(test.s3, { Bucket, Expires: 300, ...options });
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...change })) form.set(name, value);
    form.set('file', new Blob([data]), fileName);
    const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  it('stores a file of the right size, and answers 204 with the ETag', async () => {
    const Conditions: PresignedPostOptions['Conditions'] = [['content-length-range', 5, 100]];
    const answer = await post({ Key: 'post/a', Conditions }, 'x'.repeat(100));
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([
      204,
      '',
      `"${md5(Buffer.from('x'.repeat(100)))}"`,
    ]);
    expect((await test.readBack('post/a')).length).toBe(100);
    for (const [size, code] of [
      [101, 'EntityTooLarge'],
      [4, 'EntityTooSmall'],
      [0, 'EntityTooSmall'],
    ] as const) {
      const refusal = await post({ Key: 'post/size', Conditions }, 'x'.repeat(size));
      expect([refusal.status, codeOf(refusal.text)]).toEqual([400, code]);
    }
    await expect(test.readBack('post/size')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('answers 201 with XML, and keeps type and metadata; the file names the key', async () => {
    const answer = await post(
      {
        Key: 'post/$' + '{filename}',
        Conditions: [['starts-with', '$Content-Type', 'image/']],
        Fields: { 'Content-Type': 'image/png', 'x-amz-meta-a': 'ü', success_action_status: '201' },
      },
      'data',
      {},
      'Größe & 😀.png',
    );
    const etag = md5(Buffer.from('data'));
    const location = `${test.bucket.url}/demo/post/${encodeURIComponent('Größe & 😀.png')}`;
    expect(answer.status).toBe(201);
    expect(answer.headers.get('etag')).toBe(`"${etag}"`);
    expect(answer.headers.get('location')).toBe(location);
    expect(answer.text).toContain(
      `<PostResponse><Location>${location}</Location><Bucket>demo</Bucket><Key>post/Größe &amp; 😀.png</Key><ETag>&quot;${etag}&quot;</ETag>`,
    );
    const head = await test.s3.send(new HeadObjectCommand({ Bucket, Key: 'post/Größe & 😀.png' }));
    expect(head).toMatchObject({
      ContentType: 'image/png',
      Metadata: { a: `=?UTF-8?B?${Buffer.from('ü').toString('base64')}?=` },
    });
  });

  it.each([
    ['200', 200],
    ['204', 204],
    ['999', 204],
  ])('success_action_status %s: %i', async (wanted, status) => {
    const answer = await post({ Key: 'post/status', Fields: { success_action_status: wanted } }, 'x');
    expect(answer.status).toBe(status);
  });

  it('redirects where the form wants', async () => {
    const target = 'https://app.example/done?x=1';
    const answer = await post({ Key: 'post/redirect', Fields: { success_action_redirect: target } }, 'x');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(
      /^https:\/\/app\.example\/done\?x=1&bucket=demo&key=post%2Fredirect&etag=/,
    );
  });

  it('refuses every departure from its policy', async () => {
    const expired = await post({ Key: 'post/x', Expires: -60 }, 'x');
    const attempts: Array<[{ status: number; text: string }, number, string]> = [
      [expired, 403, 'AccessDenied'],
      [await post({ Key: 'post/x' }, 'x', { key: 'post/other' }), 403, 'AccessDenied'],
      [await post({ Key: 'post/x' }, 'x', { 'Content-Type': 'text/html' }), 403, 'AccessDenied'],
      [
        await post({ Key: 'post/x' }, 'x', { 'X-Amz-Signature': '0'.repeat(64) }),
        403,
        'SignatureDoesNotMatch',
      ],
      [
        await post({ Key: 'post/x' }, 'x', { Policy: Buffer.from('{}').toString('base64') }),
        403,
        'SignatureDoesNotMatch',
      ],
    ];
    for (const [{ status, text }, wanted, code] of attempts)
      expect([status, codeOf(text)]).toEqual([wanted, code]);
    expect(expired.text).toContain('Invalid according to Policy: Policy expired.');
    expect((await post({ Key: 'post/x' }, 'x', { 'x-ignore-this': '1' })).status).toBe(204);
  });

  it('verifies MD5 and checksum fields', async () => {
    const sums = async (data: string) => ({
      'Content-MD5': createHash('md5').update(data).digest('base64'),
      'x-amz-checksum-sha256': (await digestOf('SHA256', Buffer.from(data))).toString('base64'),
    });
    const right = await sums('data');
    const wrong = await sums('other');
    expect((await post({ Key: 'post/sum', Fields: right }, 'data')).status).toBe(204);
    const head = await test.s3.send(
      new HeadObjectCommand({ Bucket, Key: 'post/sum', ChecksumMode: 'ENABLED' }),
    );
    expect(head.ChecksumSHA256).toBe(right['x-amz-checksum-sha256']);
    for (const name of ['Content-MD5', 'x-amz-checksum-sha256'] as const) {
      const answer = await post({ Key: 'post/sum2', Fields: { ...right, [name]: wrong[name] } }, 'data');
      expect([answer.status, codeOf(answer.text)]).toEqual([400, 'BadDigest']);
    }
    await expect(test.readBack('post/sum2')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('takes many at once, and an empty file', async () => {
    const sizes = Array.from({ length: 40 }, (_, index) => index * 5000);
    const answers = await Promise.all(
      sizes.map((size) => post({ Key: `many/${size}` }, new Uint8Array(size).fill(size % 251))),
    );
    expect(answers.map(({ status }) => status)).toEqual(sizes.map(() => 204));
    for (const size of sizes) await test.expectStored(`many/${size}`, new Uint8Array(size).fill(size % 251));
  });
});
