// biome-ignore-all lint/suspicious/noExplicitAny: what was sent is looked at as it came
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FAKE_CONFIG, FakeWorld } from './testing/FakeWorld.ts';
import { FileOnDisk } from './testing/FileOnDisk.ts';
import { fakeFile as file } from './testing/fakeFile.ts';
import { partOf } from './testing/partOf.ts';
import { startTransfer as start } from './testing/startTransfer.ts';
import { until } from './testing/until.ts';
import type { Upload } from './Upload.ts';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
  world.install();
});
afterEach(() => vi.unstubAllGlobals());

const code = (upload: Upload) =>
  upload.finished.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
const s3Error = (status: number, name: string) => ({ status, body: `<Error><Code>${name}</Code></Error>` });

describe('a kind of upload', () => {
  const kindsSent = () =>
    world.calls
      .filter((one) => one.call === 'uploads')
      .flatMap((one) => one.body.files.map((f: any) => f.kind));

  it('is asked for and announced with each file; without one, none is', async () => {
    await start({ kind: 'avatar' }).add(file(42)).finished;
    expect([world.kinds, kindsSent()]).toEqual([['avatar'], ['avatar']]);
    await start().add(file(42)).finished;
    expect([world.kinds, kindsSent()]).toEqual([['avatar'], ['avatar', undefined]]);
  });

  it('that changes counts for files that are added later, each kind by its own limits', async () => {
    world.endpoint = (call) => {
      if (call !== 'config' || world.kinds.at(-1) !== 'video') return undefined;
      return { status: 200, body: { ...FAKE_CONFIG, singleRequest: { method: 'post', maxSizeBytes: 20 } } };
    };
    const transfer = start({ kind: 'avatar', config: FAKE_CONFIG });
    const before = transfer.add(file(42));
    transfer.setOptions({ kind: 'video' });
    const after = transfer.add(file(43));
    await Promise.all([before.finished, after.finished]);
    expect(kindsSent().sort()).toEqual(['avatar', 'video']);
    expect([before.isMultipart, after.isMultipart]).toEqual([false, true]);
  });
});

describe('a file that is to replace nothing', () => {
  const put = {
    ok: true,
    id: '0',
    ticket: 't-0-42',
    key: 'k',
    method: 'put',
    url: 'https://bucket.example/k?s=1',
    headers: { 'if-none-match': '*' },
    expiresInSeconds: 900,
  };

  it('and finds its place taken is for the endpoint to judge: it may be its own', async () => {
    world.endpoint = (call) => (call === 'uploads' ? { status: 200, body: { uploads: [put] } } : undefined);
    world.answer = () => s3Error(412, 'PreconditionFailed');
    await start().add(file(42)).finished;
    expect(world.requests).toHaveLength(1);
    expect(world.calls.at(-1)).toMatchObject({ call: 'complete', body: { uploads: [{ ticket: 't-0-42' }] } });
  });

  it('fails where it is another’s, and begins anew when it is tried again', async () => {
    world.endpoint = (call) => {
      if (call === 'uploads') return { status: 200, body: { uploads: [{ ...put, id: '0' }] } };
      const error = { code: 'key-taken', message: 'there already is an object of this key' };
      return call === 'complete' ? { status: 200, body: { uploads: [{ ok: false, error }] } } : undefined;
    };
    world.answer = () => s3Error(412, 'PreconditionFailed');
    const upload = start().add(file(42));
    expect(await code(upload)).toBe('key-taken');
    world.endpoint = () => undefined;
    world.answer = () => undefined;
    upload.retry();
    await upload.finished;
    expect(world.count('uploads')).toBe(2);
  });
});

describe('one file', () => {
  it('of one request goes by form, without a progress listener, and is finished with its ETag', async () => {
    const object = await start().add(file(42)).finished;
    expect(object.sizeBytes).toBe(42);
    expect(world.requests).toMatchObject([{ method: 'POST', sizeBytes: 42, hasProgress: false }]);
    expect(world.calls.map((one) => one.call)).toEqual(['config', 'uploads', 'complete']);
    expect(world.calls[2]?.body.uploads[0].etag).toBe('e');
  });

  it('that is empty is sent as well', async () => {
    await start().add(file(0)).finished;
    expect(world.requests).toMatchObject([{ sizeBytes: 0 }]);
  });

  it('of many parts sends each part once, several at a time, and lists them in order', async () => {
    const upload = start({ maxConcurrentRequests: 4 }).add(file(205));
    await upload.finished;
    expect(world.requests.map((one) => partOf(one.url)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 21 }, (_, i) => i + 1),
    );
    expect(world.peak).toBe(4);
    const parts = world.calls.at(-1)?.body.uploads[0].parts as { partNumber: number }[];
    expect(parts.map((part) => part.partNumber)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    expect(upload.sentBytes).toBe(205);
  });

  it('of a thousand parts asks for signatures a hundred at a time', async () => {
    await start().add(file(10_000)).finished;
    expect(world.requests).toHaveLength(1000);
    expect(world.count('parts')).toBeLessThanOrEqual(10);
  });

  it('asks anew for signatures that have grown old', async () => {
    world.expiresInSeconds = 0;
    await start({ maxConcurrentRequests: 2 }).add(file(105)).finished;
    expect(new Set(world.requests.map((one) => partOf(one.url))).size).toBe(11);
  });
});

describe('many files', () => {
  it('are prepared and finished a hundred at a time, in few lanes', async () => {
    const transfer = start();
    const uploads = Array.from({ length: 500 }, () => transfer.add(file(3)));
    await Promise.all(uploads.map((upload) => upload.finished));
    expect(world.requests).toHaveLength(500);
    expect(world.peak).toBe(6);
    expect(world.count('uploads')).toBeLessThanOrEqual(6);
    expect(world.count('complete')).toBeLessThanOrEqual(12);
  });

  it('are finished as soon as the last of them is on its way, and not only when it has arrived', async () => {
    world.answer = (_request, nth) => (nth === 8 ? { status: 201, held: true } : undefined);
    const transfer = start({ maxConcurrentRequests: 2 });
    const uploads = Array.from({ length: 8 }, () => transfer.add(file(3)));
    // they would wait a second for company
    await vi.waitFor(() => expect(world.count('complete')).toBe(1), { timeout: 800 });
    world.letGo();
    await Promise.all(uploads.map((upload) => upload.finished));
    expect(world.count('complete')).toBe(2);
  });

  it('that are small do not wait behind a large one', async () => {
    const transfer = start({ maxConcurrentRequests: 1 });
    const large = transfer.add(file(500));
    const small = transfer.add(file(5));
    await Promise.all([small.finished, large.finished]);
    expect(world.requests[0]?.method).toBe('POST');
  });

  it('fail one by one', async () => {
    world.endpoint = (call, body) => {
      if (call !== 'uploads' || body.files.length === 1) return undefined;
      return { status: 400, body: { error: { code: 'bad-request', message: 'one of them is bad' } } };
    };
    const transfer = start();
    const uploads = Array.from({ length: 5 }, () => transfer.add(file(3)));
    expect(await Promise.all(uploads.map(code))).toEqual(Array(5).fill('done'));
  });
});

describe('a failed request', () => {
  it.each([
    ['500', s3Error(500, 'InternalError')],
    ['503 SlowDown', s3Error(503, 'SlowDown')],
    ['a damaged body', s3Error(400, 'BadDigest')],
  ])('%s is tried again with the same signature', async (_, answer) => {
    world.answer = (_request, nth) => (nth === 1 ? answer : undefined);
    await start().add(file(42)).finished;
    expect(world.requests).toHaveLength(2);
    expect(world.requests[1]?.url).toBe(world.requests[0]?.url);
  });

  it.each([
    ['403', s3Error(403, 'AccessDenied')],
    ['status 0', { status: 0 }],
  ])('%s is tried again with a fresh signature', async (_, answer) => {
    world.answer = (_request, nth) => (nth === 1 ? answer : undefined);
    await start().add(file(42)).finished;
    expect(world.requests[1]?.url).not.toBe(world.requests[0]?.url);
    expect(world.count('parts')).toBe(1);
  });

  it('of one part does not send the other parts again', async () => {
    let failed = false;
    world.answer = ({ url }) => {
      if (partOf(url) !== 3 || failed) return undefined;
      failed = true;
      return s3Error(500, 'InternalError');
    };
    await start().add(file(205)).finished;
    expect(world.requests).toHaveLength(22);
  });

  it('that goes on failing ends with what to do, and a retry sends only what is missing', async () => {
    let broken = true;
    world.answer = ({ url }) => (broken && partOf(url) === 21 ? s3Error(500, 'InternalError') : undefined);
    const upload = start().add(file(205));
    expect(await code(upload)).toBe('bucket-failed');
    const before = world.requests.length;
    broken = false;
    upload.retry();
    await upload.finished;
    expect(world.requests.length - before).toBe(1);
    expect(world.count('uploads')).toBe(1);
  });

  it.each([
    ['an answer that says no', s3Error(400, 'InvalidArgument'), 'bucket-refused', 1],
    ['a 403 for ever', s3Error(403, 'AccessDenied'), 'bucket-refused', 3],
    ['no answer for ever', { status: 0 }, 'bucket-unreachable', 3],
    ['a hidden ETag', { status: 200 }, 'etag-hidden', 1],
  ])('%s ends as it should', async (_, answer, expected, tries) => {
    world.answer = ({ url }) => (partOf(url) === 1 ? answer : undefined);
    const upload = start({ maxConcurrentRequests: 1 }).add(file(105));
    expect(await code(upload)).toBe(expected);
    expect(world.requests.filter((one) => partOf(one.url) === 1)).toHaveLength(tries);
    expect(JSON.stringify([upload.error, upload.error?.message])).not.toContain('s=');
  });

  it('begins anew when the bucket has lost the upload, and progress does too', async () => {
    world.answer = (_request, nth) => (nth === 5 ? s3Error(404, 'NoSuchUpload') : undefined);
    const upload = start({ maxConcurrentRequests: 1 }).add(file(105));
    await upload.finished;
    expect(world.count('uploads')).toBe(2);
    expect(upload.sentBytes).toBe(105);
  });

  it('sends again what the endpoint says is not there', async () => {
    world.endpoint = (call, _body, nth) =>
      call === 'complete' && nth === 1
        ? {
            status: 200,
            body: { uploads: [{ ok: false, error: { code: 'part-refused', message: 'part 2' } }] },
          }
        : undefined;
    await start().add(file(105)).finished;
    expect(world.count('uploaded-parts')).toBe(1);
    expect(world.requests).toHaveLength(22);
  });

  it('puts the right bytes in the place of those that arrived damaged, and gives up if they never arrive', async () => {
    const mismatch = { ok: false, error: { code: 'object-mismatch', message: '' } };
    let damaged = 2;
    world.endpoint = (call) =>
      call === 'complete' && damaged-- > 0 ? { status: 200, body: { uploads: [mismatch] } } : undefined;
    const transfer = start();
    await transfer.add(file(42)).finished;
    expect([world.count('uploads'), world.requests.length]).toEqual([1, 3]);

    damaged = 3;
    const upload = transfer.add(file(42));
    expect(await code(upload)).toBe('object-mismatch');
    // A retry looks at the file as it is by then.
    upload.retry();
    await upload.finished;
    expect([world.count('uploads'), world.requests.length]).toEqual([3, 7]);
  });
});

describe('a file that is not what it was', () => {
  const onDisk = (sizeBytes: number) => new FileOnDisk(new Uint8Array(sizeBytes));

  it('is told apart from a broken line while it is sent, and is not tried again', async () => {
    const blob = onDisk(42);
    world.answer = () => {
      blob.gone = true;
      return { status: 0 };
    };
    const upload = start().add({ ...file(42), blob });
    expect(await code(upload)).toBe('file-changed');
    expect(world.requests).toHaveLength(1);
  });

  it('is not even begun when it vanished before, and goes once it is back', async () => {
    const blob = onDisk(42);
    blob.gone = true;
    const upload = start().add({ ...file(42), blob });
    expect(await code(upload)).toBe('file-changed');
    expect(world.count('uploads')).toBe(0);
    blob.gone = false;
    upload.retry();
    await upload.finished;
  });

  it('is not taken for an empty file, as browsers report one that vanished', async () => {
    const upload = start().add({ ...file(0), sizeBytes: 42 });
    expect(await code(upload)).toBe('file-changed');
    expect(world.count('uploads')).toBe(0);
  });
});

describe('checksums', () => {
  const bytes = (sizeBytes: number) => Uint8Array.from({ length: sizeBytes }, (_, i) => i * 7);
  const crc = (of: Uint8Array) => {
    const four = Buffer.alloc(4);
    four.writeUInt32BE(crc32(of));
    return four.toString('base64');
  };
  const crcParts = () => {
    world.config = { ...FAKE_CONFIG, checksums: { singleRequest: 'md5', parts: 'crc32' } };
  };
  const sign = () =>
    world.calls.filter((one) => one.call === 'parts').flatMap((one) => one.body.uploads[0].parts);

  it('of one request goes along when it is announced', async () => {
    crcParts();
    const content = bytes(42);
    await start().add({ ...file(42), blob: new Blob([content]) }).finished;
    const announced = world.calls.find((one) => one.call === 'uploads')?.body.files[0];
    expect(announced.checksum).toBe(createHash('md5').update(content).digest('base64'));
  });

  it('of each part is signed, and together they make that of the whole file', async () => {
    crcParts();
    const content = bytes(1005);
    await start().add({ ...file(1005), blob: new Blob([content]) }).finished;
    const signed = sign();
    expect(signed).toHaveLength(101);
    for (const { partNumber, checksum } of signed) {
      expect(checksum).toBe(crc(content.subarray((partNumber - 1) * 10, partNumber * 10)));
    }
    expect(world.calls.at(-1)?.body.uploads[0].checksum).toBe(crc(content));
    expect(world.count('parts')).toBeLessThanOrEqual(6);
  });

  it('that the store finds wrong is tried again: the bytes were damaged on the way', async () => {
    crcParts();
    world.answer = (_request, nth) => (nth === 2 ? s3Error(400, 'BadDigest') : undefined);
    await start({ maxConcurrentRequests: 1 }).add(file(105)).finished;
    expect(world.requests).toHaveLength(12);
  });

  it('that the store finds wrong may mean that the file is another by now', async () => {
    crcParts();
    const blob = new FileOnDisk(bytes(105));
    world.answer = () => {
      blob.disk.bytes = bytes(200).subarray(90, 195);
      return s3Error(400, 'BadDigest');
    };
    const upload = start({ maxConcurrentRequests: 1 }).add({ ...file(105), blob });
    expect(await code(upload)).toBe('file-changed');
    expect(world.requests).toHaveLength(1);
  });
});

describe('the endpoint', () => {
  const refuse = (status: number, body: unknown) => {
    world.endpoint = (call) => (call === 'uploads' ? { status, body } : undefined);
  };
  it.each([
    [401, { error: { code: 'unauthorized', message: 'log in' } }, 'unauthorized', 1],
    [403, { error: { code: 'forbidden', message: 'no' } }, 'forbidden', 1],
    [403, '<html>a proxy</html>', 'forbidden', 1],
    [413, '', 'body-too-large', 1],
    [404, 'nothing here', 'not-found', 1],
    [200, '<html>a login page</html>', 'endpoint-answer-invalid', 1],
    [200, { uploads: 'what' }, 'endpoint-answer-invalid', 1],
    [418, { error: { code: 'constructor', message: '' } }, 'endpoint-answer-invalid', 1],
    [500, 'oops', 'internal', 3],
    [503, { error: { code: 'store-unavailable', message: 'later' } }, 'store-unavailable', 3],
  ])('answering %i %j fails the file with a reason', async (status, body, expected, tries) => {
    refuse(status, body);
    expect(await code(start().add(file(42)))).toBe(expected);
    expect(world.count('uploads')).toBe(tries);
    expect(world.requests).toHaveLength(0);
  });

  it('that is down is asked again, and works once it is back', async () => {
    let down = true;
    world.endpoint = () => (down ? new TypeError('Failed to fetch') : undefined);
    const upload = start().add(file(42));
    expect(await code(upload)).toBe('endpoint-unreachable');
    down = false;
    upload.retry();
    await upload.finished;
  });

  it('refuses one file of several, with its reason', async () => {
    world.endpoint = (call, body) =>
      call === 'uploads'
        ? {
            status: 200,
            body: {
              uploads: body.files.map((one: { id: string }) => ({
                id: one.id,
                ok: false,
                error: { code: 'type-not-allowed', message: 'images only' },
              })),
            },
          }
        : undefined;
    const upload = start().add(file(42));
    expect(await code(upload)).toBe('type-not-allowed');
    expect(upload.error?.details.reason).toBe('images only');
  });

  it('gets the headers of the moment, and the bucket none of them', async () => {
    let token = 'a';
    const transfer = start({ headers: async () => ({ authorization: token }) });
    await transfer.add(file(1)).finished;
    token = 'b';
    await transfer.add(file(1)).finished;
    expect(new Set(world.calls.map((one) => one.headers.authorization))).toEqual(new Set(['a', 'b']));
  });
});

describe('pause, resume and cancel', () => {
  it('stops sending at once, and sends later only what is missing', async () => {
    world.answer = ({ url }) =>
      partOf(url) > 2 ? { status: 200, headers: { etag: 'e' }, held: true } : undefined;
    const upload = start({ maxConcurrentRequests: 1 }).add(file(105));
    await until(() => world.requests.length === 3);
    upload.pause();
    expect(upload.state).toBe('paused');
    expect(world.inFlight).toBe(0);
    world.answer = () => undefined;
    upload.resume();
    await upload.finished;
    expect(world.requests.map((one) => partOf(one.url))).toEqual([1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('does not lose an upload that was being created', async () => {
    const upload = start().add(file(105));
    await until(() => upload.state === 'creating');
    upload.pause();
    upload.resume();
    await upload.finished;
    expect(world.count('uploads')).toBe(1);
  });

  it('aborts a canceled multipart upload in the bucket, also one that was just being created', async () => {
    world.answer = () => ({ status: 200, held: true });
    const transfer = start();
    const sending = transfer.add(file(105));
    await until(() => world.requests.length > 0);
    const creating = transfer.add(file(106));
    await until(() => creating.state === 'creating');
    await Promise.all([sending.cancel(), creating.cancel()]);
    expect(await Promise.all([sending, creating].map(code))).toEqual(['canceled', 'canceled']);
    expect(world.calls.filter((one) => one.call === 'abort').flatMap((one) => one.body.uploads)).toHaveLength(
      2,
    );
    expect(world.inFlight).toBe(0);
  });

  it('lets the files behind a paused one go on', async () => {
    const transfer = start({ maxConcurrentRequests: 1 });
    const paused = transfer.add(file(105));
    paused.pause();
    await transfer.add(file(105)).finished;
    expect(paused.state).toBe('paused');
  });

  it('may be asked for at any time without harm', async () => {
    const upload = start().add(file(5));
    await upload.finished;
    upload.pause();
    upload.resume();
    upload.retry();
    await upload.cancel();
    expect(upload.state).toBe('done');
  });
});

it('never retries a bug of ours', async () => {
  world.answer = () => {
    throw new TypeError('undefined is not a function');
  };
  const upload = start().add(file(42));
  expect(await code(upload)).toBe('internal');
  expect(upload.error?.cause).toBeInstanceOf(TypeError);
  expect(world.requests).toHaveLength(1);
});
